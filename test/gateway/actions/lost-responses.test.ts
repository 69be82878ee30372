import { afterEach, expect, test } from '@jest/globals';

import { Deadlines } from '../../support/doubles/deadlines.js';
import { World } from '../../support/world.js';
import { act, actionsAt, allActions, isAction, onActions, statusOf } from './act.js';
import { buildPlaneError } from '../../support/plane-errors.js';

/** The timeout of the failing plane, so that the test ends no other deadline. */
const timeoutMs = 7_777;

let world: World;
let deadlines: Deadlines | null = null;
afterEach(async () => {
  await world.close();
  deadlines?.giveBack();
  deadlines = null;
});

const outcomeUnknown = (kind: string, observedStatus: string | null) => ({
  outcome: 'UNKNOWN',
  errors: [{ __typename: 'TaskOutcomeUnknownError', path: ['input', 'id'], problem: { kind, httpStatus: null }, observedStatus }],
  auditId: expect.any(String),
});

test('when a plane drops the connection after the request, one request is sent and the outcome is unknown', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  plane.server.fault = onActions(() => 'hang-up');
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    ...outcomeUnknown('UNREACHABLE', 'FAILED'),
    task: { id, status: 'FAILED', retry: { isAllowed: false, blockers: [{ code: 'ALREADY_IN_PROGRESS' }] } },
  });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
  world.advance(10_000);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('after a lost response the task is read at most three times, and no more once a read shows the effect', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  const reads = (sourceTaskId: string): number =>
    world.calls('vcf-sfo').filter(({ method, path }) => method === 'GET' && path.endsWith(sourceTaskId)).length;
  for (const [shownWithRead, most] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
  ] as const) {
    const sourceTaskId = plane.addTask({ status: 'FAILED' });
    expect(await statusOf(world, `vcf-sfo:${sourceTaskId}`)).toBe('FAILED');
    const isLost = onActions(() => 'hang-up');
    let wasSent = false;
    world.forgetCalls();
    plane.server.fault = (call, handle) => {
      if (isAction(call)) {
        wasSent = true;
        world.forgetCalls();
      } else if (wasSent && reads(sourceTaskId) === shownWithRead) plane.setTask(sourceTaskId, { status: 'IN_PROGRESS' });
      return isLost(call, handle);
    };
    const { outcome, errors } = await act(world, 'retryTask', { id: `vcf-sfo:${sourceTaskId}` });
    expect([outcome, errors[0].observedStatus]).toEqual(['UNKNOWN', shownWithRead <= 3 ? 'RUNNING' : 'FAILED']);
    expect(reads(sourceTaskId)).toBe(most);
  }
});

test('when a plane drops the connection after it has acted, one request is sent, and the payload shows the status read afterwards', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'IN_PROGRESS' });
  plane.server.fault = onActions((_call, handle) => {
    expect(handle()).toMatchObject({ status: 200 });
    plane.setTask(sourceTaskId, { status: 'CANCELLED' });
    return 'hang-up';
  });
  expect(await act(world, 'cancelTask', { id: `vcf-sfo:${sourceTaskId}` })).toMatchObject({
    ...outcomeUnknown('UNREACHABLE', 'CANCELLED'),
    task: { status: 'CANCELLED' },
  });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('when a plane does not respond before the deadline, one request is sent', async () => {
  deadlines = new Deadlines();
  world = await World.start({ sources: { 'vcf-sfo': { timeoutMs } } });
  const plane = world.planes['vcf-sfo'];
  plane.server.fault = onActions(() => 'silence');
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  const isSent = (): boolean => actionsAt(world, 'vcf-sfo').length > 0;
  expect(await deadlines.endAfterOne(timeoutMs, isSent, () => act(world, 'retryTask', { id }))).toMatchObject({
    ...outcomeUnknown('TIMEOUT', 'FAILED'),
    task: { id, status: 'FAILED' },
  });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('when a plane acts and is then down, the cached status is not reported as observed', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  expect(await statusOf(world, id)).toBe('FAILED');
  plane.server.fault = () => 'hang-up';
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    ...outcomeUnknown('UNREACHABLE', null),
    task: { id, warnings: [{ __typename: 'StaleDataWarning' }] },
  });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('a task that may no longer be read after the action is not shown from the cache', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  plane.server.fault = (call, handle) =>
    allActions(world).length === 0 || isAction(call) ? handle() : { status: 403, body: buildPlaneError('vcf', 403) };
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED', errors: [], task: null });
});

test('after a refused connection nothing was sent, and the action can be requested again at once', async () => {
  world = await World.start();
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  expect(await statusOf(world, id)).toBe('FAILED');
  await plane.server.close();
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    outcome: 'REJECTED',
    errors: [
      {
        __typename: 'TaskSourceError',
        message: 'The plane refused the connection.',
        problem: { kind: 'UNREACHABLE', httpStatus: null },
        isRetryable: true,
        retryAfterMs: null,
      },
    ],
    auditId: expect.any(String),
    task: { id, retry: { blockers: [{ code: 'SOURCE_UNAVAILABLE' }] } },
  });
  expect(allActions(world)).toEqual([]);
});

test.each([
  ['refuses', { status: 401, body: buildPlaneError('vcf', 401) }, 'UNAUTHENTICATED'],
  ['breaks', { status: 503 }, 'HTTP_STATUS'],
  ['hangs up', 'hang-up', 'UNREACHABLE'],
  ['is silent', 'silence', 'TIMEOUT'],
] as const)('when a new token is needed and the log-in %s, nothing is sent', async (_, fault, kind) => {
  deadlines = new Deadlines();
  world = await World.start({ sources: { 'vcf-sfo': { timeoutMs } }, configuration: { reads: { maxAgeMs: 3_600_000 } } });
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  expect(await statusOf(world, id)).toBe('FAILED');
  world.passTime(3_600_000);
  const retry = () => act(world, 'retryTask', { id });
  let logIns = 0;
  plane.server.fault = ({ path }, handle) => (path.startsWith('/v1/tokens') && ++logIns > 0 ? fault : handle());
  const answer = fault === 'silence' ? deadlines.endAfterOne(timeoutMs, () => logIns > 0, retry) : retry();
  expect(await answer).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskSourceError', problem: { kind }, isRetryable: kind !== 'UNAUTHENTICATED' }],
    auditId: expect.any(String),
    task: null,
  });
  expect(allActions(world)).toEqual([]);
});
