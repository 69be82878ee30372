import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { formatTaskId } from '../../../src/model/global-id.js';
import type { Json } from '../../support/post.js';
import { type Fault, quickFaults, refusals, retryAfterOf } from './faults.js';
import { FailingWorld, failingSources, tasksOf, expiredAfterMs } from './failing-world.js';

const read = `query ($id: ID!) {
  task(id: $id) { id status warnings { __typename ... on StaleDataWarning { observedAt } } }
  node(id: $id) { id }
  healthy: tasks(first: 0, filter: { sourceNames: ["vcf-lax"] }) { totalCount }
}`;

describe.each(failingSources)('a single task while %s', (sick) => {
  let room: FailingWorld;
  let knownId = '';
  let unknownId = '';
  beforeAll(async () => {
    room = await FailingWorld.start(sick, { maxBodyMb: 1 });
    // One that is not finished: a finished Catalog task is never asked for again.
    knownId = tasksOf(sick, (await room.list({ isFinished: false })).tasks)[0].id;
    // Of the right form, and never seen.
    unknownId = formatTaskId(sick, '00000000-0000-4000-8000-00000000abcd');
  });
  afterAll(() => room.close());

  const expectUnavailable = ({ data, errors }: Json, fault: Fault): void => {
    expect(data.task).toBeNull();
    expect(data.node).toBeNull();
    expect(data.healthy.totalCount).toBeGreaterThan(30);
    expect(errors.map(({ path }: Json) => path)).toEqual(expect.arrayContaining([['task'], ['node']]));
    expect(errors).toHaveLength(2);
    for (const { extensions } of errors) {
      expect(extensions).toEqual({ code: 'SOURCE_UNAVAILABLE', retryAfterMs: retryAfterOf(fault) });
    }
  };

  test.each(quickFaults(() => room.elsewhere.url))('$name is what was last known for 300 s and then an error', async (fault) => {
    room.recover();
    const before = await room.ask(read, { id: knownId });
    expect(before.errors).toBeUndefined();
    const readAt = new Date(room.world.now).toISOString();

    room.fall(fault.fault);
    const stale = await room.ask(read, { id: knownId });
    expect(stale.errors).toBeUndefined();
    expect(stale.data.node).toEqual({ id: knownId });
    expect(stale.data.task).toMatchObject({ id: knownId, status: before.data.task.status });
    expect(stale.data.task.warnings).toContainEqual({ __typename: 'StaleDataWarning', observedAt: readAt });

    expectUnavailable(await room.ask(read, { id: unknownId }), fault);
    room.world.passTime(expiredAfterMs);
    expectUnavailable(await room.ask(read, { id: knownId }), fault);

    room.recover();
    const after = await room.ask(read, { id: knownId });
    expect(after.errors).toBeUndefined();
    expect(after.data.task).toEqual(before.data.task);
    expect(room.elsewhere.calls).toEqual([]);
  });

  test.each(refusals)('$name is an error at once, whatever was known', async (fault) => {
    room.recover();
    await room.list();
    room.fall(fault.fault);
    expectUnavailable(await room.ask(read, { id: knownId }), fault);
  });

  test('that the plane does not have, or whose id is not valid, is null without an error', async () => {
    room.world.passTime(60_000);
    room.recover();
    for (const id of [unknownId, `${sick}:..%2f..`, 'nonsense', '', 'resource:nowhere:1', 'source:nowhere', 'nowhere:1']) {
      const { data, errors } = await room.ask('query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }', { id });
      expect(errors).toBeUndefined();
      expect(data).toEqual({ task: null, node: null });
    }
  });

  test('of a healthy source is found next to one that fails', async () => {
    room.fall(() => ({ status: 500 }));
    room.world.passTime(expiredAfterMs);
    const healthyId = tasksOf('vcf-lax', (await room.list()).tasks)[0].id;
    const { data, errors } = await room.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [healthyId, knownId, healthyId] });
    expect(data.nodes).toEqual([{ id: healthyId }, null, { id: healthyId }]);
    expect(errors).toEqual([
      expect.objectContaining({ path: ['nodes', 1], extensions: { code: 'SOURCE_UNAVAILABLE', retryAfterMs: retryAfterOf({}) } }),
    ]);
  });
});
