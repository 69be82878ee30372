import { expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';
import { act, allActions, blockerCodes } from './act.js';

interface Shown {
  readonly id: string;
  readonly action: { readonly isAllowed: boolean; readonly effect: string | null; readonly blockers: readonly { readonly code: string }[] };
}

test.each(
  [1, 2, 3].flatMap(
    (seed) =>
      [
        { seed, mutation: 'retryTask', field: 'retry' },
        { seed, mutation: 'cancelTask', field: 'cancel' },
      ] as const,
  ),
)(
  'for tasks of the demo, the plane accepts what is allowed, and nothing is sent for what is not: $mutation, seed $seed',
  async ({ seed, mutation, field }) => {
    const world = await World.start({ seed });
    try {
      world.advance(30_000);
      const { data } = await world.graphql(
        `{ tasks(first: 200) { totalCount nodes { id action: ${field} { isAllowed effect blockers { code } } } } }`,
      );
      const tasks: readonly Shown[] = data.tasks.nodes;
      expect(tasks).toHaveLength(data.tasks.totalCount);
      expect(tasks.filter(({ action }) => action.isAllowed).length).toBeGreaterThan(1);
      for (const { id, action } of tasks) {
        const sentBefore = allActions(world).length;
        const payload: Json = await act(world, mutation, { id });
        const sent = allActions(world).length - sentBefore;
        expect(action.isAllowed).toBe(action.blockers.length === 0);
        if (action.isAllowed) {
          expect({ id, outcome: payload.outcome, errors: payload.errors, sent }).toEqual({ id, outcome: 'ACCEPTED', errors: [], sent: 1 });
          expect(action.effect).toMatch(/\.$/);
        } else {
          expect({ id, outcome: payload.outcome, sent }).toEqual({ id, outcome: 'REJECTED', sent: 0 });
          expect(blockerCodes(payload)).toEqual(action.blockers.map(({ code }) => code).sort());
        }
      }
    } finally {
      await world.close();
    }
  },
);
