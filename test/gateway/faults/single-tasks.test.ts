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

describe.each(failingSources)('a single task while %s', (faulty) => {
  let scenario: FailingWorld;
  let knownId = '';
  let unknownId = '';
  beforeAll(async () => {
    scenario = await FailingWorld.start(faulty, { maxBodyMb: 1 });
    // One that is not finished: a finished Catalog task is never asked for again.
    knownId = tasksOf(faulty, (await scenario.list({ isFinished: false })).tasks)[0].id;
    // Of the right form, and never seen.
    unknownId = formatTaskId(faulty, '00000000-0000-4000-8000-00000000abcd');
  });
  afterAll(() => scenario.close());

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

  test.each(quickFaults(() => scenario.elsewhere.url))('$name is what was last known for 300 s and then an error', async (fault) => {
    scenario.recover();
    const before = await scenario.ask(read, { id: knownId });
    expect(before.errors).toBeUndefined();
    const readAt = new Date(scenario.world.now).toISOString();

    scenario.fall(fault.fault);
    const stale = await scenario.ask(read, { id: knownId });
    expect(stale.errors).toBeUndefined();
    expect(stale.data.node).toEqual({ id: knownId });
    expect(stale.data.task).toMatchObject({ id: knownId, status: before.data.task.status });
    expect(stale.data.task.warnings).toContainEqual({ __typename: 'StaleDataWarning', observedAt: readAt });

    expectUnavailable(await scenario.ask(read, { id: unknownId }), fault);
    scenario.world.passTime(expiredAfterMs);
    expectUnavailable(await scenario.ask(read, { id: knownId }), fault);

    scenario.recover(fault.retryAfterMs);
    const after = await scenario.ask(read, { id: knownId });
    expect(after.errors).toBeUndefined();
    expect(after.data.task).toEqual(before.data.task);
    expect(scenario.elsewhere.calls).toEqual([]);
  });

  test.each(refusals)('$name is an error at once, whatever was known', async (fault) => {
    scenario.recover();
    await scenario.list();
    scenario.fall(fault.fault);
    expectUnavailable(await scenario.ask(read, { id: knownId }), fault);
  });

  test('that the plane does not have, or whose id is not valid, is null without an error', async () => {
    scenario.world.passTime(60_000);
    scenario.recover();
    for (const id of [unknownId, `${faulty}:..%2f..`, 'nonsense', '', 'resource:nowhere:1', 'source:nowhere', 'nowhere:1']) {
      const { data, errors } = await scenario.ask('query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }', { id });
      expect(errors).toBeUndefined();
      expect(data).toEqual({ task: null, node: null });
    }
  });

  test('of a healthy source is found next to one that fails', async () => {
    scenario.fall(() => ({ status: 500 }));
    scenario.world.passTime(expiredAfterMs);
    const healthyId = tasksOf('vcf-lax', (await scenario.list()).tasks)[0].id;
    const { data, errors } = await scenario.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [healthyId, knownId, healthyId],
    });
    expect(data.nodes).toEqual([{ id: healthyId }, null, { id: healthyId }]);
    expect(errors).toEqual([
      expect.objectContaining({ path: ['nodes', 1], extensions: { code: 'SOURCE_UNAVAILABLE', retryAfterMs: retryAfterOf({}) } }),
    ]);
  });
});
