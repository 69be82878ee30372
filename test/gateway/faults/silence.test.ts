import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { Deadlines } from '../../support/doubles/deadlines.js';
import type { Json } from '../../support/post.js';
import { allSources, idsExcluding, FailingWorld, failingSources, tasksOf, expiredAfterMs } from './failing-world.js';

/** That of the silent source alone, so that the test ends no other. */
const timeoutMs = 7_777;

describe.each(failingSources)('%s that accepts the connection and never answers', (faulty) => {
  let scenario: FailingWorld;
  let deadlines: Deadlines;
  beforeAll(async () => {
    deadlines = new Deadlines();
    scenario = await FailingWorld.start(faulty, { timeoutMs });
  });
  afterAll(async () => {
    await scenario.close();
    deadlines.giveBack();
  });

  /**
   * Comes to its end when the plane has been asked and one deadline is over: a second one would be waited for without effect.
   */
  function afterOneDeadline<T>(begin: () => Promise<T>): Promise<T> {
    const before = scenario.world.calls(faulty).length;
    return deadlines.endAfterOne(timeoutMs, () => scenario.world.calls(faulty).length > before, begin);
  }

  test('is waited for until the deadline and no longer: its tasks are stale, then unavailable', async () => {
    const before = await scenario.list();
    const knownId = tasksOf(faulty, (await scenario.list({ isFinished: false })).tasks)[0].id;
    scenario.fall(() => 'silence');

    const stale = await afterOneDeadline(() => scenario.list());
    expect(stale.answer.errors).toBeUndefined();
    expect(stale.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceStale', problem: { kind: 'TIMEOUT', httpStatus: null } });
    expect(idsExcluding(faulty, stale.tasks)).toEqual(idsExcluding(faulty, before.tasks));

    scenario.world.passTime(expiredAfterMs);
    const gone = await afterOneDeadline(() => scenario.list());
    expect(gone.answer.errors).toBeUndefined();
    expect(gone.tasks.sources.map((outcome: Json) => outcome.source.name)).toEqual(allSources);
    expect(gone.outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'TIMEOUT' } });
    expect(idsExcluding(faulty, gone.tasks)).toEqual(idsExcluding(faulty, before.tasks));

    const single = await afterOneDeadline(() => scenario.ask('query ($id: ID!) { task(id: $id) { id } }', { id: knownId }));
    expect(single.data).toEqual({ task: null });
    expect(single.errors).toMatchObject([{ path: ['task'], extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
    expect(await scenario.health()).toEqual({ status: 'DOWN', problem: { kind: 'TIMEOUT', httpStatus: null } });

    // Three time-outs in a row have opened the circuit.
    scenario.recover();
    const after = await scenario.list();
    expect(after.outcomes[faulty].__typename).toBe('TaskSourceAnswered');
    expect(after.tasks.totalCount).toBe(before.tasks.totalCount);
  });

  test('is waited for once by all reads of one list', async () => {
    scenario.fall(null);
    await scenario.list();
    scenario.world.forgetCalls();
    scenario.fall(() => 'silence');
    // Subtasks, parents and the source's outcome of every task: none of them begins a second wait.
    await afterOneDeadline(() => scenario.list());
    const calls = scenario.world.calls(faulty).map(({ path }) => path);
    expect(new Set(calls).size).toBe(calls.length);
    expect(calls.length).toBeLessThanOrEqual(faulty === 'catalog-demo' ? 9 : faulty === 'vcf-sfo' ? 2 : 1);
    scenario.fall(null);
  });

  test('does not delay operations that do not read it', async () => {
    scenario.fall(() => 'silence');
    const { data, errors } = await scenario.ask(
      '{ tasks(first: 0, filter: { sourceNames: ["vcf-lax"] }) { sources { source { name } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.tasks.sources).toEqual([{ source: { name: 'vcf-lax' } }]);
    scenario.fall(null);
  });
});
