import { expect, test } from '@jest/globals';

import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import type { ActionCommand } from '../../../src/model/action.js';
import { SecretText } from '../../../src/model/secret.js';
import { translateVcfTask } from '../../../src/sources/vcf/task.js';
import type { VcfCredentialsRetry } from '../../../src/sources/vcf/retry-credentials.js';
import { Plane, withPlane, wireCredentialsSubtask, wireCredentialsTask, wireTask } from './plane.js';

const signal = () => AbortSignal.timeout(60_000);
const retry: ActionCommand = { action: 'RETRY', input: null };
const cancel: ActionCommand = { action: 'CANCEL', input: null };
const failed = translateVcfTask('vcf-test', 'a', { task: wireTask('a', { status: 'FAILED' }), credentialsTask: null });
const credentials = (more: Readonly<Record<string, unknown>> = {}) =>
  translateVcfTask('vcf-test', 'a', { task: wireTask('a', { status: 'FAILED' }), credentialsTask: wireCredentialsTask('a', more) });
const withInput = (value: VcfCredentialsRetry): ActionCommand => ({
  action: 'RETRY',
  input: { kind: 'VCF', mutation: 'retryVcfCredentialsTask', value },
});

const actions = (plane: Plane) => plane.server.calls.filter((call) => call.path.includes('/tasks'));
const errorBody = { errorCode: 'X', message: 'It may not be.', referenceToken: 'ACT001' };

test.each<[PlaneResponse | 'hang-up', object, number]>([
  [{ status: 200 }, { outcome: 'ACCEPTED' }, 1],
  [{ status: 202, body: { id: 'a' } }, { outcome: 'ACCEPTED' }, 1],
  [{ status: 204 }, { outcome: 'ACCEPTED' }, 1],
  [
    { status: 400, body: errorBody },
    { outcome: 'REJECTED', reason: 'PROBLEM', isRetryable: false, problem: { httpStatus: 400, referenceToken: 'ACT001' } },
    1,
  ],
  [{ status: 401, body: errorBody }, { outcome: 'REJECTED', reason: 'PROBLEM', problem: { kind: 'UNAUTHENTICATED', httpStatus: 401 } }, 1],
  [{ status: 403, body: errorBody }, { outcome: 'REJECTED', reason: 'PROBLEM', problem: { kind: 'FORBIDDEN' } }, 1],
  [
    { status: 404, body: errorBody },
    { outcome: 'REJECTED', reason: 'NOT_FOUND', problem: { kind: 'NOT_FOUND', referenceToken: 'ACT001' } },
    1,
  ],
  [{ status: 409, body: errorBody }, { outcome: 'REJECTED', reason: 'CONFLICT', problem: { referenceToken: 'ACT001' } }, 1],
  [{ status: 422, body: errorBody }, { outcome: 'REJECTED', reason: 'PROBLEM', isRetryable: false }, 1],
  [{ status: 429, headers: { 'retry-after': '7' } }, { outcome: 'REJECTED', isRetryable: true, retryAfterMs: 7_000 }, 1],
  [{ status: 500, body: errorBody }, { outcome: 'UNKNOWN', problem: { httpStatus: 500, referenceToken: 'ACT001' } }, 1],
  [{ status: 502, body: '<html>' }, { outcome: 'UNKNOWN', problem: { httpStatus: 502 } }, 1],
  [{ status: 503 }, { outcome: 'UNKNOWN' }, 1],
  [{ status: 307, headers: { location: '/v1/elsewhere' } }, { outcome: 'UNKNOWN', problem: { httpStatus: 307 } }, 1],
  ['hang-up', { outcome: 'UNKNOWN', problem: { kind: 'UNREACHABLE' } }, 1],
])('responses are classified, and nothing is sent twice: %j', async (answer, expected, sent) => {
  for (const command of [retry, cancel]) {
    for (const task of [failed, credentials()]) {
      await withPlane(
        () => undefined,
        async (plane) => {
          plane.server.fault = (call, handle) => (call.path.includes('/tasks') ? answer : handle());
          expect(await plane.source.actions.act(command, task, signal())).toMatchObject(expected);
          expect(actions(plane)).toHaveLength(sent);
          expect(plane.server.calls.filter((call) => call.path.includes('elsewhere'))).toEqual([]);
        },
      );
    }
  }
});

test('after one 401 the action is sent once more with a new token', async () => {
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body: {} } : undefined),
    async (plane) => {
      // The plane has accepted the token before: a new one that is refused is not replaced at once.
      await plane.source.list({ signal: signal(), cachedTask: () => undefined, trackedIds: [] });
      plane.server.calls.length = 0;
      const refusal = { status: 401, body: errorBody };
      plane.server.fault = (call, handle) => {
        if (call.path !== '/v1/tasks/a') return handle();
        return call.headers['authorization'] === 'Bearer token-1' ? refusal : { status: 200 };
      };
      expect(await plane.source.actions.act(retry, failed, signal())).toEqual({ outcome: 'ACCEPTED' });
      expect(actions(plane).map((call) => call.headers['authorization'])).toEqual(['Bearer token-1', 'Bearer token-2']);
    },
  );
});

test('an error code about the token does not repeat an action', async () => {
  await withPlane(
    () => undefined,
    async (plane) => {
      plane.server.fault = (call, handle) =>
        call.path === '/v1/tasks/a' ? { status: 400, body: { errorCode: 'Unauthorized', message: 'no' } } : handle();
      expect(await plane.source.actions.act(retry, failed, signal())).toMatchObject({ outcome: 'REJECTED' });
      expect(actions(plane)).toHaveLength(1);
    },
  );
});

test('no answer within the deadline leaves the outcome unknown', async () => {
  await withPlane(
    () => undefined,
    async (plane) => {
      const deadline = new AbortController();
      plane.server.fault = (call, handle) => {
        if (call.path !== '/v1/tasks/a') return handle();
        deadline.abort();
        return 'silence';
      };
      expect(await plane.source.actions.act(retry, failed, deadline.signal)).toMatchObject({
        outcome: 'UNKNOWN',
        problem: { kind: 'TIMEOUT' },
      });
      expect(actions(plane)).toHaveLength(1);
    },
  );
});

test.each([
  ['a refused login', 400, 'UNAUTHENTICATED'],
  ['a broken one', 500, 'HTTP_STATUS'],
])('%s sends nothing', async (_, status, kind) => {
  await withPlane(
    (call) => (call.path === '/v1/tokens' ? { status, body: errorBody } : undefined),
    async (plane) => {
      expect(await plane.source.actions.act(retry, failed, signal())).toMatchObject({
        outcome: 'REJECTED',
        reason: 'PROBLEM',
        problem: { kind },
        isRetryable: kind !== 'UNAUTHENTICATED',
      });
      expect(actions(plane)).toEqual([]);
    },
  );
});

test('a refused connection sends nothing', async () => {
  const plane = await Plane.start(() => undefined);
  await plane.server.close();
  expect(await plane.source.actions.act(cancel, failed, signal())).toMatchObject({
    outcome: 'REJECTED',
    problem: { kind: 'UNREACHABLE' },
    isRetryable: true,
  });
  await plane.source.upstream.close();
});

test('a connection that is refused after the login sends nothing either', async () => {
  await withPlane(
    (call) => (call.path === '/v1/tasks' ? { status: 200, body: {} } : undefined),
    async (plane) => {
      await plane.source.list({ signal: signal(), cachedTask: () => undefined, trackedIds: [] });
      await plane.server.close();
      expect(await plane.source.actions.act(cancel, failed, signal())).toMatchObject({
        outcome: 'REJECTED',
        problem: { kind: 'UNREACHABLE' },
        isRetryable: true,
      });
    },
  );
});

test('each action has its route, and ordinary ones no body', async () => {
  await withPlane(
    () => ({ status: 202, body: { accessToken: 't' } }),
    async (plane) => {
      await plane.source.actions.act(retry, failed, signal());
      await plane.source.actions.act(cancel, failed, signal());
      await plane.source.actions.act(cancel, credentials({ type: 'UPDATE' }), signal());
      expect(actions(plane).map(({ method, path, body }) => [method, path, body])).toEqual([
        ['PATCH', '/v1/tasks/a', ''],
        ['DELETE', '/v1/tasks/a', ''],
        ['DELETE', '/v1/credentials/tasks/a', ''],
      ]);
    },
  );
});

test('the body of a ROTATE is rebuilt from its failed subtasks, the credentials of one resource together', async () => {
  const subTasks = [
    wireCredentialsSubtask({ dependentSubTasks: [wireCredentialsSubtask({ username: 'dependent' })] }),
    wireCredentialsSubtask({ credentialType: 'FTP', username: 'backup' }),
    wireCredentialsSubtask({ resourceName: 'vc01.example', entityType: 'VCENTER', credentialType: null }),
    wireCredentialsSubtask({
      username: 'fine',
      status: 'SUCCESSFUL',
      dependentSubTasks: [wireCredentialsSubtask({ resourceName: 'nsx01', entityType: 'NSXT_MANAGER' })],
    }),
    wireCredentialsSubtask(),
  ];
  await withPlane(
    () => ({ status: 202, body: { accessToken: 't' } }),
    async (plane) => {
      const task = credentials({ subTasks });
      expect(plane.source.actions.findBlockers(retry, task)).toEqual([]);
      await plane.source.actions.act(retry, task, signal());
      const [call] = actions(plane);
      expect(call).toMatchObject({ method: 'PATCH', path: '/v1/credentials/tasks/a', headers: { 'content-type': 'application/json' } });
      expect(JSON.parse(call?.body ?? '')).toEqual({
        operationType: 'ROTATE',
        elements: [
          {
            resourceName: 'esx01.example',
            resourceType: 'ESXI',
            credentials: [
              { credentialType: 'SSH', username: 'root' },
              { credentialType: 'FTP', username: 'backup' },
            ],
          },
          { resourceName: 'vc01.example', resourceType: 'VCENTER', credentials: [{ username: 'root' }] },
          { resourceName: 'nsx01', resourceType: 'NSXT_MANAGER', credentials: [{ credentialType: 'SSH', username: 'root' }] },
        ],
      });
    },
  );
});

const elements = [
  {
    resourceId: 'r1',
    resourceType: 'ESXI',
    credentialType: 'SSH',
    accountType: 'USER',
    username: 'root',
    password: new SecretText('new-1'),
  },
  { resourceName: 'vc01', resourceType: 'VCENTER', credentialType: null, username: 'svc', password: new SecretText('new-2') },
  { resourceId: 'r1', resourceType: 'ESXI', username: 'backup', password: new SecretText('new-3') },
];

test('the input of retryVcfCredentialsTask becomes the body, passwords and all', async () => {
  await withPlane(
    () => ({ status: 202, body: { accessToken: 't' } }),
    async (plane) => {
      await plane.source.actions.act(withInput({ elements }), credentials({ type: 'UPDATE' }), signal());
      expect(JSON.parse(actions(plane)[0]?.body ?? '')).toEqual({
        operationType: 'UPDATE',
        elements: [
          {
            resourceId: 'r1',
            resourceType: 'ESXI',
            credentials: [
              { credentialType: 'SSH', accountType: 'USER', username: 'root', password: 'new-1' },
              { username: 'backup', password: 'new-3' },
            ],
          },
          { resourceName: 'vc01', resourceType: 'VCENTER', credentials: [{ username: 'svc', password: 'new-2' }] },
        ],
      });
    },
  );
});

test('a ROTATE carries no password, and a refused retry repeats none', async () => {
  await withPlane(
    (call) => (call.path === '/v1/tokens' ? undefined : { status: 400, body: { errorCode: 'NO', message: 'no' } }),
    async (plane) => {
      const answer = await plane.source.actions.act(withInput({ elements }), credentials(), signal());
      expect(actions(plane)[0]?.body).not.toContain('new-');
      expect(JSON.stringify(answer)).not.toContain('new-');
    },
  );
});
