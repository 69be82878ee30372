import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { Deadlines } from '../../support/doubles/deadlines.js';
import type { Json } from '../../support/post.js';
import { allSources, idsExcluding, FailingWorld, failingSources, tasksOf, expiredAfterMs } from './failing-world.js';

/** That of the silent source alone, so that the test ends no other. */
const timeoutMs = 7_777;

describe.each(failingSources)('%s that accepts the connection and never answers', (sick) => {
  let room: FailingWorld;
  let deadlines: Deadlines;
  beforeAll(async () => {
    deadlines = new Deadlines();
    room = await FailingWorld.start(sick, { timeoutMs });
  });
  afterAll(async () => {
    await room.close();
    deadlines.giveBack();
  });

  /**
   * Comes to its end when the plane has been asked and one deadline is over: a second one would be waited for in vain.
   */
  function afterOneDeadline<T>(begin: () => Promise<T>): Promise<T> {
    const before = room.world.calls(sick).length;
    return deadlines.endAfterOne(timeoutMs, () => room.world.calls(sick).length > before, begin);
  }

  test('is waited for until the deadline and no longer: its tasks are stale, then unavailable', async () => {
    const before = await room.list();
    const knownId = tasksOf(sick, (await room.list({ isFinished: false })).tasks)[0].id;
    room.fall(() => 'silence');

    const stale = await afterOneDeadline(() => room.list());
    expect(stale.answer.errors).toBeUndefined();
    expect(stale.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceStale', problem: { kind: 'TIMEOUT', httpStatus: null } });
    expect(idsExcluding(sick, stale.tasks)).toEqual(idsExcluding(sick, before.tasks));

    room.world.passTime(expiredAfterMs);
    const gone = await afterOneDeadline(() => room.list());
    expect(gone.answer.errors).toBeUndefined();
    expect(gone.tasks.sources.map((outcome: Json) => outcome.source.name)).toEqual(allSources);
    expect(gone.outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'TIMEOUT' } });
    expect(idsExcluding(sick, gone.tasks)).toEqual(idsExcluding(sick, before.tasks));

    const single = await afterOneDeadline(() => room.ask('query ($id: ID!) { task(id: $id) { id } }', { id: knownId }));
    expect(single.data).toEqual({ task: null });
    expect(single.errors).toMatchObject([{ path: ['task'], extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
    expect(await room.health()).toEqual({ status: 'DOWN', problem: { kind: 'TIMEOUT', httpStatus: null } });

    room.fall(null);
    const after = await room.list();
    expect(after.outcomes[sick].__typename).toBe('TaskSourceAnswered');
    expect(after.tasks.totalCount).toBe(before.tasks.totalCount);
  });

  test('is waited for once by all reads of one list', async () => {
    room.fall(null);
    await room.list();
    room.world.forgetCalls();
    room.fall(() => 'silence');
    // Subtasks, parents and the source's outcome of every task: none of them begins a second wait.
    await afterOneDeadline(() => room.list());
    const calls = room.world.calls(sick).map(({ path }) => path);
    expect(new Set(calls).size).toBe(calls.length);
    expect(calls.length).toBeLessThanOrEqual(sick === 'catalog-demo' ? 8 : sick === 'vcf-sfo' ? 2 : 1);
    room.fall(null);
  });

  test('does not delay operations that do not read it', async () => {
    room.fall(() => 'silence');
    const { data, errors } = await room.ask('{ tasks(first: 0, filter: { sourceNames: ["vcf-lax"] }) { sources { source { name } } } }');
    expect(errors).toBeUndefined();
    expect(data.tasks.sources).toEqual([{ source: { name: 'vcf-lax' } }]);
    room.fall(null);
  });
});
