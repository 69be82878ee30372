import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { type Fault, lost, quickFaults, referenceToken, refusals, retryAfterOf } from './faults.js';
import { allSources, idsExcluding, FailingWorld, failingSources, tasksOf, expiredAfterMs } from './failing-world.js';

describe.each(failingSources)('a list while %s', (faulty) => {
  let scenario: FailingWorld;
  beforeAll(async () => {
    scenario = await FailingWorld.start(faulty, { maxBodyMb: 1 });
    await scenario.list();
  });
  afterAll(() => scenario.close());

  const problemOf = ({ kind, httpStatus }: Fault): Json => ({
    kind,
    httpStatus,
    // A redirect and a 2xx carry no error body of the plane; a body that never came carries nothing.
    referenceToken: httpStatus !== null && httpStatus !== 200 ? referenceToken : null,
    message: expect.any(String),
  });

  const faults = [...quickFaults(() => scenario.elsewhere.url), ...(faulty === 'catalog-demo' ? [] : [lost])];

  test.each(faults)('$name is stale for 300 s and then unavailable, and every other source is whole', async (fault) => {
    scenario.recover();
    const before = await scenario.list();
    expect(before.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null, isComplete: true });
    const lastGoodAt = before.outcomes[faulty]?.observedAt;

    scenario.fall(fault.fault);
    const stale = await scenario.list();
    expect(stale.answer.errors).toBeUndefined();
    expect(stale.tasks.sources.map((outcome: Json) => outcome.source.name)).toEqual(allSources);
    expect(stale.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceStale', observedAt: lastGoodAt, problem: problemOf(fault) });
    expect(stale.outcomes[faulty].taskCount).toBe(before.outcomes[faulty].taskCount);
    expect(stale.tasks.totalCount).toBe(before.tasks.totalCount);
    expect(stale.tasks.countsByStatus).toEqual(before.tasks.countsByStatus);
    expect(idsExcluding(faulty, stale.tasks)).toEqual(idsExcluding(faulty, before.tasks));
    for (const task of tasksOf(faulty, stale.tasks)) {
      expect(task.warnings).toContainEqual({ __typename: 'StaleDataWarning', code: 'STALE_DATA', observedAt: lastGoodAt });
    }
    for (const other of allSources.filter((name) => name !== faulty)) {
      expect(stale.outcomes[other]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
      expect(JSON.stringify(tasksOf(other, stale.tasks))).not.toContain('StaleDataWarning');
    }

    scenario.world.passTime(expiredAfterMs);
    const gone = await scenario.list();
    expect(gone.answer.errors).toBeUndefined();
    expect(gone.outcomes[faulty]).toMatchObject({
      __typename: 'TaskSourceUnavailable',
      taskCount: 0,
      observedAt: null,
      retryAfterMs: retryAfterOf(fault),
      problem: problemOf(fault),
    });
    expect(tasksOf(faulty, gone.tasks)).toEqual([]);
    expect(idsExcluding(faulty, gone.tasks)).toEqual(idsExcluding(faulty, before.tasks));
    expect(gone.tasks.totalCount).toBe(before.tasks.totalCount - before.outcomes[faulty].taskCount);

    scenario.recover(fault.retryAfterMs);
    const after = await scenario.list();
    expect(after.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    expect(after.tasks.nodes.map(({ id }: Json) => id)).toEqual(before.tasks.nodes.map(({ id }: Json) => id));
    expect(scenario.elsewhere.calls).toEqual([]);
  });

  test.each(refusals)('$name is unavailable at once, whatever was known', async (fault) => {
    scenario.recover();
    const before = await scenario.list();
    scenario.fall(fault.fault);
    const refused = await scenario.list();
    expect(refused.answer.errors).toBeUndefined();
    expect(refused.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', taskCount: 0, problem: problemOf(fault) });
    expect(tasksOf(faulty, refused.tasks)).toEqual([]);
    expect(idsExcluding(faulty, refused.tasks)).toEqual(idsExcluding(faulty, before.tasks));
  });

  test('failure groups report the same about each source', async () => {
    const operation = `query ($filter: TaskFilter) { taskFailureGroups(filter: $filter) { totalCount sources {
      __typename taskCount source { name } problem { kind } } } }`;
    scenario.world.passTime(60_000);
    scenario.recover();
    const before = await scenario.ask(operation);
    expect(before.data.taskFailureGroups.sources.map((outcome: Json) => outcome.__typename)).toEqual(Array(4).fill('TaskSourceAnswered'));
    scenario.fall(() => ({ status: 500 }));
    const stale = await scenario.ask(operation);
    expect(stale.errors).toBeUndefined();
    expect(stale.data.taskFailureGroups.totalCount).toBe(before.data.taskFailureGroups.totalCount);
    expect(stale.data.taskFailureGroups.sources.find((outcome: Json) => outcome.source.name === faulty)).toMatchObject({
      __typename: 'TaskSourceStale',
      problem: { kind: 'HTTP_STATUS' },
    });
    scenario.world.passTime(expiredAfterMs);
    const gone = await scenario.ask(operation);
    expect(gone.errors).toBeUndefined();
    expect(gone.data.taskFailureGroups.sources.filter((outcome: Json) => outcome.__typename === 'TaskSourceUnavailable')).toEqual([
      { __typename: 'TaskSourceUnavailable', taskCount: 0, source: { name: faulty }, problem: { kind: 'HTTP_STATUS' } },
    ]);
  });
});
