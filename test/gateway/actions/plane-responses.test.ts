import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';
import { act, actionsAt, onActions } from './act.js';
import { refuseWith } from '../../support/plane-errors.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const errorBody = { errorCode: 'X', message: 'It may not be.', referenceToken: 'REF001' };
const html = { headers: { 'content-type': 'text/html' }, body: '<html><body>Bad gateway</body></html>' };

interface Row {
  readonly answer: PlaneResponse;
  readonly outcome: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN';
  readonly errors: readonly object[];
  /** Whether the next action is blocked. */
  readonly isLocked: boolean;
  /** Whether the plane asks for a pause, so that the task is not read after the action. */
  readonly isPaused?: boolean;
}

const accepted = { outcome: 'ACCEPTED', errors: [], isLocked: true } as const;
const sourceError = (kind: string, httpStatus: number, more: object = {}) => ({
  __typename: 'TaskSourceError',
  path: ['input', 'id'],
  problem: { kind, httpStatus },
  isRetryable: false,
  retryAfterMs: null,
  ...more,
});
const rejected = (answer: PlaneResponse, error: object): Row => ({ answer, outcome: 'REJECTED', errors: [error], isLocked: false });
const unknown = (answer: PlaneResponse, problem: object = {}, observedStatus: 'FAILED' | null = 'FAILED'): Row => ({
  answer,
  outcome: 'UNKNOWN',
  errors: [
    {
      __typename: 'TaskOutcomeUnknownError',
      path: ['input', 'id'],
      problem: { kind: 'HTTP_STATUS', httpStatus: answer.status, ...problem },
      observedStatus,
    },
  ],
  isLocked: true,
});

const table: readonly Row[] = [
  { answer: { status: 200 }, ...accepted },
  { answer: { status: 201, body: { id: 'x' } }, ...accepted },
  { answer: { status: 202, body: 'not JSON' }, ...accepted },
  { answer: { status: 204 }, ...accepted },
  rejected({ status: 400, body: errorBody }, sourceError('HTTP_STATUS', 400, { problem: { httpStatus: 400, referenceToken: 'REF001' } })),
  rejected({ status: 403, body: errorBody }, sourceError('FORBIDDEN', 403, { problem: { kind: 'FORBIDDEN', referenceToken: 'REF001' } })),
  rejected({ status: 404, body: errorBody }, { __typename: 'TaskNotFoundError', path: ['input', 'id'] }),
  rejected({ status: 409, body: errorBody }, { __typename: 'TaskConflictError', path: ['input', 'id'], currentStatus: 'FAILED' }),
  rejected({ status: 422, body: errorBody }, sourceError('HTTP_STATUS', 422)),
  {
    ...rejected(
      { status: 429, headers: { 'retry-after': '700' } },
      sourceError('RATE_LIMITED', 429, { isRetryable: true, retryAfterMs: 700_000 }),
    ),
    isPaused: true,
  },
  {
    ...rejected(
      { status: 429, headers: { 'retry-after': '999999' } },
      sourceError('RATE_LIMITED', 429, { isRetryable: true, retryAfterMs: 3_600_000 }),
    ),
    isPaused: true,
  },
  rejected({ status: 429 }, sourceError('RATE_LIMITED', 429, { isRetryable: true })),
  unknown({ status: 200, ...html }, { kind: 'MALFORMED_RESPONSE' }),
  // What something in front of the plane sends; test/sources/responses-in-front.test.ts has every combination.
  unknown({ status: 401, ...html }),
  unknown({ status: 403, ...html }),
  unknown({ status: 404 }),
  rejected({ status: 429, ...html }, sourceError('RATE_LIMITED', 429, { isRetryable: true })),
  unknown({ status: 307, headers: { location: '/v1/elsewhere' } }),
  unknown({ status: 500, body: errorBody }, { referenceToken: 'REF001' }),
  unknown({ status: 502, ...html }),
  { ...unknown({ status: 503, headers: { 'retry-after': '700' } }, {}, null), isPaused: true },
  unknown({ status: 504 }),
];

test.each(table)(
  '$answer.status $answer.headers makes an action $outcome, with one request',
  async ({ answer, outcome, errors, isLocked, isPaused = false }) => {
    const plane = world.planes['vcf-sfo'];
    plane.server.fault = onActions(() => answer);
    const sourceTaskId = plane.addTask({ status: 'FAILED' });
    const id = `vcf-sfo:${sourceTaskId}`;
    const payload = await act(world, 'retryTask', { id });
    expect(payload).toMatchObject({ taskId: id, outcome, errors, isRepeat: false, task: { id, status: 'FAILED' } });
    expect(payload.errors).toHaveLength(errors.length);
    expect(payload.auditId).toEqual(expect.any(String));
    expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
    expect(world.calls('vcf-sfo').filter(({ path }) => path.includes('elsewhere'))).toEqual([]);
    const calls = world.calls('vcf-sfo').map(({ method, path }) => `${method} ${path}`);
    const blockers = [...(isPaused ? ['SOURCE_UNAVAILABLE'] : []), ...(isLocked ? ['ALREADY_IN_PROGRESS'] : [])];
    expect(payload.task.retry.blockers.map(({ code }: Json) => code).sort()).toEqual(blockers.sort());
    expect(payload.task.retry.isAllowed).toBe(blockers.length === 0);
    // The task was read again after the request, unless the plane does not want that.
    if (isPaused) expect(calls.at(-1)).toMatch(/^PATCH /);
    else expect(calls.slice(-2)).toContain(`GET /v1/tasks/${sourceTaskId}`);
  },
);

test('the message of a refusal by the plane reaches the caller as one line of plain text', async () => {
  const plane = world.planes['vcf-sfo'];
  plane.server.fault = onActions(() => ({
    status: 400,
    body: { errorCode: 'NO', message: 'No.\nSee http://internal.example/secret?x=1 <b>now</b>' },
  }));
  const { errors } = await act(world, 'retryTask', { id: `vcf-sfo:${plane.addTask({ status: 'FAILED' })}` });
  expect(errors[0].message).toBe('The plane answered with status 400. It says: No. See … <b>now</b>');
});

test('after 401 exactly one more request is sent, with a new token', async () => {
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  await act(world, 'cancelTask', { id });
  plane.expireTokens();
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED', errors: [] });
  const tokens = actionsAt(world, 'vcf-sfo').map(({ headers }) => headers['authorization']);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(2);
});

test('a second 401 is a refusal, and no third request is sent', async () => {
  const plane = world.planes['vcf-sfo'];
  plane.server.fault = onActions(refuseWith(401));
  const id = `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    outcome: 'REJECTED',
    errors: [sourceError('UNAUTHENTICATED', 401)],
    task: { id, retry: { isAllowed: true } },
  });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test.each([500, 409, 200])('after a 401 the response to the second request counts: %d', async (status) => {
  const plane = world.planes['vcf-sfo'];
  let requests = 0;
  plane.server.fault = onActions(() => {
    const code = ++requests === 1 ? 401 : status;
    return code === 200 ? { status: 200 } : { status: code, body: errorBody };
  });
  const { outcome } = await act(world, 'retryTask', { id: `vcf-sfo:${plane.addTask({ status: 'FAILED' })}` });
  expect(outcome).toBe({ 500: 'UNKNOWN', 409: 'REJECTED', 200: 'ACCEPTED' }[status]);
  expect(requests).toBe(2);
});

test('a task that the plane no longer has is not found, and the payload has its last recorded state', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'FAILED' });
  plane.server.fault = onActions((_call, handle) => {
    plane.removeTask(sourceTaskId);
    return handle();
  });
  expect(await act(world, 'retryTask', { id: `vcf-sfo:${sourceTaskId}` })).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskNotFoundError', taskId: `vcf-sfo:${sourceTaskId}` }],
    task: { status: 'FAILED', warnings: [{ __typename: 'StaleDataWarning' }], retry: { blockers: [{ code: 'OTHER' }] } },
  });
});

test('a task that has changed in the meantime is a conflict, and the error has its current status', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'FAILED' });
  plane.server.fault = onActions((_call, handle) => {
    plane.setTask(sourceTaskId, { status: 'IN_PROGRESS' });
    return handle();
  });
  expect(await act(world, 'retryTask', { id: `vcf-sfo:${sourceTaskId}` })).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ __typename: 'TaskConflictError', currentStatus: 'RUNNING' }],
    task: { status: 'RUNNING' },
  });
});
