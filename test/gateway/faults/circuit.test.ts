import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { idsExcluding, FailingWorld, failingSources } from './failing-world.js';

let room: FailingWorld;
afterEach(() => room.close());

const failing = (): { status: number; body: object } => ({ status: 500, body: {} });

async function circuit(): Promise<Json> {
  const { data } = await room.world.graphql(
    `{ taskSource(name: "${room.sick}") { health { status circuit problem { kind httpStatus } } } }`,
  );
  return data.taskSource.health;
}

/** Reads twice a second until the circuit breaker has had enough. */
async function untilOpen(): Promise<void> {
  for (let reads = 0; reads < 25; reads++) {
    room.world.passTime(500);
    await room.world.graphql(`{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${room.sick}"] }) { totalCount } }`);
    if ((await circuit()).circuit === 'OPEN') return;
  }
  throw new Error('It never opened.');
}

describe.each(failingSources)('a circuit breaker towards %s', (sick) => {
  beforeEach(async () => {
    room = await FailingWorld.start(sick);
    await room.list();
    room.world.passTime(301_000);
    expect((await room.list()).outcomes[sick].__typename).toBe('TaskSourceAnswered');
    room.world.passTime(301_000);
  });

  test('opens when the plane fails, admits no call and says so, while the other sources are complete', async () => {
    const before = await room.list();
    room.fall(failing);
    room.world.passTime(301_000);
    await untilOpen();
    room.world.forgetCalls();
    const { outcomes, tasks, answer } = await room.list();
    expect(answer.errors).toBeUndefined();
    expect(room.world.calls(sick)).toEqual([]);
    expect(outcomes[sick]).toMatchObject({ __typename: 'TaskSourceUnavailable', problem: { kind: 'CIRCUIT_OPEN', httpStatus: null } });
    expect(idsExcluding(sick, tasks)).toEqual(idsExcluding(sick, before.tasks));
    // Health tells what the plane did when it was asked, and that it is not asked now.
    expect(await circuit()).toEqual({ status: 'DOWN', circuit: 'OPEN', problem: { kind: 'HTTP_STATUS', httpStatus: 500 } });
  });

  test('reports when the next call is admitted: before that nothing is sent, and then one call is', async () => {
    room.fall(failing);
    room.world.passTime(301_000);
    await untilOpen();
    room.world.forgetCalls();
    const { retryAfterMs } = (await room.list()).outcomes[sick];
    // The operations themselves take a second and a half each.
    room.world.passTime(retryAfterMs - 1_500 - 1);
    expect((await room.list()).outcomes[sick]).toMatchObject({ problem: { kind: 'CIRCUIT_OPEN' }, retryAfterMs: 1 });
    expect(room.world.calls(sick)).toHaveLength(0);
    expect((await room.list()).outcomes[sick]).toMatchObject({ problem: { kind: 'HTTP_STATUS' } });
    expect(room.world.calls(sick)).toHaveLength(1);
    expect(await circuit()).toMatchObject({ circuit: 'OPEN' });
  });

  test('closes with the first read after the plane has recovered, and that read is complete', async () => {
    const before = await room.list();
    room.fall(failing);
    room.world.passTime(301_000);
    await untilOpen();
    const { retryAfterMs } = (await room.list()).outcomes[sick];
    room.fall(null);
    room.world.passTime(retryAfterMs);
    const { outcomes, tasks } = await room.list();
    expect(outcomes[sick]).toMatchObject({ __typename: 'TaskSourceAnswered', isComplete: true, problem: null });
    expect(tasks.totalCount).toBe(before.tasks.totalCount);
    await room.list();
    expect(await circuit()).toMatchObject({ status: 'UP', circuit: 'CLOSED' });
  });
});

test('a circuit breaker belongs to one source: another one of the same kind is not affected', async () => {
  room = await FailingWorld.start('vcf-sfo');
  room.fall(failing);
  await untilOpen();
  room.world.forgetCalls();
  await room.list();
  expect(room.world.calls('vcf-sfo')).toEqual([]);
  expect(room.world.calls('vcf-lax')).toHaveLength(2);
});

test('refused credentials do not open it: a plane that refuses is healthy', async () => {
  room = await FailingWorld.start('astra-demo');
  room.fall(() => ({ status: 403, body: {} }));
  for (let reads = 0; reads < 20; reads++) await room.world.graphql('{ tasks(first: 0, maxAgeMs: 0) { totalCount } }');
  expect(await circuit()).toMatchObject({ status: 'DOWN', circuit: 'CLOSED', problem: { kind: 'FORBIDDEN' } });
});

test('while it is open no action is sent', async () => {
  room = await FailingWorld.start('vcf-sfo');
  const { data } = await room.ask('{ tasks(filter: { sourceNames: ["vcf-sfo"] }, first: 200) { nodes { id retry { isAllowed } } } }');
  const { id } = data.tasks.nodes.find(({ retry }: Json) => retry.isAllowed);
  room.fall(failing);
  await untilOpen();
  room.world.forgetCalls();
  const retry =
    'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome errors { __typename ... on TaskActionNotAllowedError { blockers { code } } } } }';
  const answer = await room.world.graphql(retry, { id });
  // What is stale decides no action: it is refused before it comes to the breaker.
  expect(answer.data.retryTask).toEqual({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskActionNotAllowedError', blockers: [{ code: 'SOURCE_UNAVAILABLE' }] }],
  });
  expect(room.world.calls('vcf-sfo')).toEqual([]);
});
