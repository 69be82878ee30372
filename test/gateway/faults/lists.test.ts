import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { type Fault, lost, quickFaults, referenceToken, refusals, retryAfterOf } from './faults.js';
import { allSources, idsExcluding, FailingWorld, failingSources, tasksOf, expiredAfterMs } from './failing-world.js';

describe.each(failingSources)('a list while %s', (sick) => {
  let room: FailingWorld;
  beforeAll(async () => {
    room = await FailingWorld.start(sick, { maxBodyMb: 1 });
    await room.list();
  });
  afterAll(() => room.close());

  const problemOf = ({ kind, httpStatus }: Fault): Json => ({
    kind,
    httpStatus,
    // A redirect and a 2xx carry no error body of the plane; a body that never came carries nothing.
    referenceToken: httpStatus !== null && httpStatus !== 200 ? referenceToken : null,
    message: expect.any(String),
  });

  const faults = [...quickFaults(() => room.elsewhere.url), ...(sick === 'catalog-demo' ? [] : [lost])];

  test.each(faults)('$name is stale for 300 s and then unavailable, and every other source is whole', async (fault) => {
    room.recover();
    const before = await room.list();
    expect(before.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null, isComplete: true });
    const lastGoodAt = before.outcomes[sick]?.observedAt;

    room.fall(fault.fault);
    const stale = await room.list();
    expect(stale.answer.errors).toBeUndefined();
    expect(stale.tasks.sources.map((outcome: Json) => outcome.source.name)).toEqual(allSources);
    expect(stale.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceStale', observedAt: lastGoodAt, problem: problemOf(fault) });
    expect(stale.outcomes[sick].taskCount).toBe(before.outcomes[sick].taskCount);
    expect(stale.tasks.totalCount).toBe(before.tasks.totalCount);
    expect(stale.tasks.countsByStatus).toEqual(before.tasks.countsByStatus);
    expect(idsExcluding(sick, stale.tasks)).toEqual(idsExcluding(sick, before.tasks));
    for (const task of tasksOf(sick, stale.tasks)) {
      expect(task.warnings).toContainEqual({ __typename: 'StaleDataWarning', code: 'STALE_DATA', observedAt: lastGoodAt });
    }
    for (const other of allSources.filter((name) => name !== sick)) {
      expect(stale.outcomes[other]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
      expect(JSON.stringify(tasksOf(other, stale.tasks))).not.toContain('StaleDataWarning');
    }

    room.world.passTime(expiredAfterMs);
    const gone = await room.list();
    expect(gone.answer.errors).toBeUndefined();
    expect(gone.outcomes[sick]).toMatchObject({
      __typename: 'TaskSourceUnavailable',
      taskCount: 0,
      observedAt: null,
      retryAfterMs: retryAfterOf(fault),
      problem: problemOf(fault),
    });
    expect(tasksOf(sick, gone.tasks)).toEqual([]);
    expect(idsExcluding(sick, gone.tasks)).toEqual(idsExcluding(sick, before.tasks));
    expect(gone.tasks.totalCount).toBe(before.tasks.totalCount - before.outcomes[sick].taskCount);

    room.recover();
    const after = await room.list();
    expect(after.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    expect(after.tasks.nodes.map(({ id }: Json) => id)).toEqual(before.tasks.nodes.map(({ id }: Json) => id));
    expect(room.elsewhere.calls).toEqual([]);
  });

  test.each(refusals)('$name is unavailable at once, whatever was known', async (fault) => {
    room.recover();
    const before = await room.list();
    room.fall(fault.fault);
    const refused = await room.list();
    expect(refused.answer.errors).toBeUndefined();
    expect(refused.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', taskCount: 0, problem: problemOf(fault) });
    expect(tasksOf(sick, refused.tasks)).toEqual([]);
    expect(idsExcluding(sick, refused.tasks)).toEqual(idsExcluding(sick, before.tasks));
  });

  test('failure groups report the same about each source', async () => {
    const operation = `query ($filter: TaskFilter) { taskFailureGroups(filter: $filter) { totalCount sources {
      __typename taskCount source { name } problem { kind } } } }`;
    room.world.passTime(60_000);
    room.recover();
    const before = await room.ask(operation);
    expect(before.data.taskFailureGroups.sources.map((outcome: Json) => outcome.__typename)).toEqual(Array(4).fill('TaskSourceAnswered'));
    room.fall(() => ({ status: 500 }));
    const stale = await room.ask(operation);
    expect(stale.errors).toBeUndefined();
    expect(stale.data.taskFailureGroups.totalCount).toBe(before.data.taskFailureGroups.totalCount);
    expect(stale.data.taskFailureGroups.sources.find((outcome: Json) => outcome.source.name === sick)).toMatchObject({
      __typename: 'TaskSourceStale',
      problem: { kind: 'HTTP_STATUS' },
    });
    room.world.passTime(expiredAfterMs);
    const gone = await room.ask(operation);
    expect(gone.errors).toBeUndefined();
    expect(gone.data.taskFailureGroups.sources.filter((outcome: Json) => outcome.__typename === 'TaskSourceUnavailable')).toEqual([
      { __typename: 'TaskSourceUnavailable', taskCount: 0, source: { name: sick }, problem: { kind: 'HTTP_STATUS' } },
    ]);
  });
});
