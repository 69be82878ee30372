import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { idsExcluding, FailingWorld, failingSources } from './failing-world.js';
import { refuseWith } from '../../support/plane-errors.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const failing = (): { status: number; body: object } => ({ status: 500, body: {} });

async function circuit(): Promise<Json> {
  const { data } = await scenario.world.graphql(
    `{ taskSource(name: "${scenario.faulty}") { health { status circuit problem { kind httpStatus } } } }`,
  );
  return data.taskSource.health;
}

/** Reads twice a second until the circuit breaker has had enough. */
async function untilOpen(): Promise<void> {
  for (let reads = 0; reads < 25; reads++) {
    scenario.world.passTime(500);
    await scenario.world.graphql(`{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${scenario.faulty}"] }) { totalCount } }`);
    if ((await circuit()).circuit === 'OPEN') return;
  }
  throw new Error('It never opened.');
}

describe.each(failingSources)('a circuit breaker towards %s', (faulty) => {
  beforeEach(async () => {
    scenario = await FailingWorld.start(faulty);
    await scenario.list();
    scenario.world.passTime(301_000);
    expect((await scenario.list()).outcomes[faulty].__typename).toBe('TaskSourceAnswered');
    scenario.world.passTime(301_000);
  });

  test('opens when the plane fails, admits no call and says so, while the other sources are complete', async () => {
    const before = await scenario.list();
    scenario.fall(failing);
    scenario.world.passTime(301_000);
    await untilOpen();
    scenario.world.forgetCalls();
    const { outcomes, tasks, answer } = await scenario.list();
    expect(answer.errors).toBeUndefined();
    expect(scenario.world.calls(faulty)).toEqual([]);
    expect(outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'CIRCUIT_OPEN', httpStatus: null } });
    expect(idsExcluding(faulty, tasks)).toEqual(idsExcluding(faulty, before.tasks));
    // Health tells what the plane did when it was asked, and that it is not asked now.
    expect(await circuit()).toEqual({ status: 'DOWN', circuit: 'OPEN', problem: { kind: 'HTTP_STATUS', httpStatus: 500 } });
  });

  test('reports when the next call is admitted: before that nothing is sent, and then one call is', async () => {
    scenario.fall(failing);
    scenario.world.passTime(301_000);
    await untilOpen();
    scenario.world.forgetCalls();
    const { retryAfterMs } = (await scenario.list()).outcomes[faulty];
    // The operations themselves take a second and a half each.
    scenario.world.passTime(retryAfterMs - 1_500 - 1);
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ problem: { kind: 'CIRCUIT_OPEN' }, retryAfterMs: 1 });
    expect(scenario.world.calls(faulty)).toHaveLength(0);
    expect((await scenario.list()).outcomes[faulty]).toMatchObject({ problem: { kind: 'HTTP_STATUS' } });
    expect(scenario.world.calls(faulty)).toHaveLength(1);
    expect(await circuit()).toMatchObject({ circuit: 'OPEN' });
  });

  test('closes with the first read after the plane has recovered, and that read is complete', async () => {
    const before = await scenario.list();
    scenario.fall(failing);
    scenario.world.passTime(301_000);
    await untilOpen();
    const { retryAfterMs } = (await scenario.list()).outcomes[faulty];
    scenario.fall(null);
    scenario.world.passTime(retryAfterMs);
    const { outcomes, tasks } = await scenario.list();
    expect(outcomes[faulty]).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: true, problem: null });
    expect(tasks.totalCount).toBe(before.tasks.totalCount);
    await scenario.list();
    expect(await circuit()).toMatchObject({ status: 'UP', circuit: 'CLOSED' });
  });
});

test('a circuit breaker belongs to one source: another one of the same kind is not affected', async () => {
  scenario = await FailingWorld.start('vcf-sfo');
  scenario.fall(failing);
  await untilOpen();
  scenario.world.forgetCalls();
  await scenario.list();
  expect(scenario.world.calls('vcf-sfo')).toEqual([]);
  expect(scenario.world.calls('vcf-lax')).toHaveLength(2);
});

test('refused credentials do not open it: a plane that refuses is healthy', async () => {
  scenario = await FailingWorld.start('astra-demo');
  scenario.fall(refuseWith(403));
  for (let reads = 0; reads < 20; reads++) await scenario.world.graphql('{ tasks(first: 0, maxAgeMs: 0) { totalCount } }');
  expect(await circuit()).toMatchObject({ status: 'DOWN', circuit: 'CLOSED', problem: { kind: 'FORBIDDEN' } });
});

test('while it is open no action is sent', async () => {
  scenario = await FailingWorld.start('vcf-sfo');
  const { data } = await scenario.ask('{ tasks(filter: { sourceNames: ["vcf-sfo"] }, first: 200) { nodes { id retry { isAllowed } } } }');
  const { id } = data.tasks.nodes.find(({ retry }: Json) => retry.isAllowed);
  scenario.fall(failing);
  await untilOpen();
  scenario.world.forgetCalls();
  const retry =
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome errors { __typename ... on TaskActionNotAllowedError { blockers { code } } } } }';
  const answer = await scenario.world.graphql(retry, { id });
  // What is stale decides no action: it is refused before it comes to the breaker.
  expect(answer.data.retryTask).toEqual({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskActionNotAllowedError', blockers: [{ code: 'SOURCE_UNAVAILABLE' }] }],
  });
  expect(scenario.world.calls('vcf-sfo')).toEqual([]);
});
