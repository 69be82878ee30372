import { afterEach, expect, test } from '@jest/globals';

import type { TaskObservation } from '../../../src/store/history-store.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { withOverrides } from '../../support/doubles/with-overrides.js';
import { waitUntil } from '../../support/wait-until.js';
import { World } from '../../support/world.js';

let world: World;
afterEach(() => world.close());

test('the history of a task does not wait until thousands of others are recorded', async () => {
  const begun: (readonly TaskObservation[])[] = [];
  const finish: (() => void)[] = [];
  let isSlow = false;
  let actionsRead = 0;
  world = await World.start({
    store: (now) => {
      const store = new MemoryStore(now);
      const history = withOverrides(store.history, {
        record: async (observations) => {
          begun.push(observations);
          if (isSlow) await new Promise<void>((resolve) => finish.push(resolve));
          await store.history.record(observations);
        },
      });
      const actions = withOverrides(store.actions, {
        readActions: (taskIds) => {
          actionsRead += 1;
          return store.actions.readActions(taskIds);
        },
      });
      return Object.assign(Object.create(store) as MemoryStore, { history, actions });
    },
  });
  const readList = async (): Promise<void> => {
    world.passTime(1_000);
    const query = '{ tasks(first: 1, maxAgeMs: 0, filter: { sourceNames: ["vcf-sfo"] }) { totalCount } }';
    expect((await world.graphql(query)).errors).toBeUndefined();
  };
  await readList();
  await waitUntil(() => begun.length > 0, 'the record of the first list');
  const first = begun.length;
  isSlow = true;
  const ids = Array.from({ length: 450 }, () => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`);
  await readList();
  await waitUntil(() => begun.length === first + 1, 'the first write');
  const unwritten = ids.filter((id) => !begun[first]?.some((one) => one.id === id));
  const last = unwritten.at(-1) ?? '';

  const query = 'query ($id: ID!) { task(id: $id) { actions { outcome } history { status } } }';
  const answer = world.graphql(query, { id: last });
  await waitUntil(() => actionsRead > 0, 'the operation to reach the store');
  finish.shift()?.();
  await waitUntil(() => finish.length === 1, 'the second write');
  expect(begun[first + 1]?.[0]?.id).toBe(last);
  finish.shift()?.();
  expect((await answer).data).toEqual({ task: { actions: [], history: [{ status: 'FAILED' }] } });
  expect(begun.length - first).toBeLessThanOrEqual(3);
  isSlow = false;
  while (finish.length > 0) finish.shift()?.();
});
