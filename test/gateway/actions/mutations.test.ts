import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { act, actionsAt, actOnMany, allActions, statusOf } from './act.js';
import { RecordingStore } from './recording-store.js';

let world: World;
let store: RecordingStore;
beforeEach(async () => {
  world = await World.start({ store: (now) => (store = new RecordingStore(now)) });
});
afterEach(() => world.close());

test('retryTask makes the plane run the failed task again, and the next reads show it', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const payload = await act(world, 'retryTask', { id, reason: 'The host is back.', clientMutationId: 'c-1' });
  expect(payload).toMatchObject({
    __typename: 'RetryTaskPayload',
    taskId: id,
    outcome: 'ACCEPTED',
    errors: [],
    isRepeat: false,
    clientMutationId: 'c-1',
    task: { id, status: 'FAILED' },
  });
  expect(actionsAt(world, 'vcf-sfo').map(({ method, path }) => `${method} ${path}`)).toEqual([`PATCH /v1/tasks/${id.slice(8)}`]);
  world.advance(6_000);
  expect(await statusOf(world, id)).toBe('RUNNING');
  world.advance(200_000);
  expect(await statusOf(world, id)).toBe('SUCCEEDED');
});

test('cancelTask makes the plane stop the running task, and the next reads show it', async () => {
  const id = `vcf-lax:${world.planes['vcf-lax'].addTask({ status: 'In Progress' })}`;
  const payload = await act(world, 'cancelTask', { id });
  expect(payload).toMatchObject({ __typename: 'CancelTaskPayload', taskId: id, outcome: 'ACCEPTED', errors: [], clientMutationId: null });
  expect(actionsAt(world, 'vcf-lax').map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE /v1/tasks/${id.slice(8)}`]);
  world.advance(6_000);
  expect(await statusOf(world, id)).toBe('CANCELLED');
});

test('the payload shows the task as it is after the action, not as it was before', async () => {
  const plane = world.planes['vcf-sfo'];
  const sourceTaskId = plane.addTask({ status: 'FAILED' });
  await statusOf(world, `vcf-sfo:${sourceTaskId}`);
  plane.server.fault = (call, handle) => {
    const answer = handle();
    if (call.method === 'PATCH') plane.setTask(sourceTaskId, { status: 'IN_PROGRESS', isCancellable: true });
    return answer;
  };
  const { task } = await act(world, 'retryTask', { id: `vcf-sfo:${sourceTaskId}` });
  expect(task).toMatchObject({
    status: 'RUNNING',
    retry: { isAllowed: false, blockers: [{ code: 'WRONG_STATUS' }] },
    cancel: { isAllowed: true },
  });
});

test('retryTasks and cancelTasks do the same for several tasks', async () => {
  const plane = world.planes['vcf-sfo'];
  const failed = [1, 2, 3].map(() => `vcf-sfo:${plane.addTask({ status: 'FAILED' })}`);
  const running = [1, 2].map(() => `vcf-sfo:${plane.addTask({ status: 'IN_PROGRESS' })}`);
  expect((await actOnMany(world, 'retryTasks', { ids: failed })).map(({ outcome }) => outcome)).toEqual(Array(3).fill('ACCEPTED'));
  expect((await actOnMany(world, 'cancelTasks', { ids: running })).map(({ outcome }) => outcome)).toEqual(Array(2).fill('ACCEPTED'));
  world.advance(6_000);
  expect(await Promise.all(failed.map((id) => statusOf(world, id)))).toEqual(Array(3).fill('RUNNING'));
  expect(await Promise.all(running.map((id) => statusOf(world, id)))).toEqual(Array(2).fill('CANCELLED'));
});

test('auditId names the journal entry: caller, action, reason, time and outcome', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const accepted = await act(world, 'retryTask', { id, reason: 'The host is back.' });
  expect(store.intents.get(accepted.auditId)).toEqual({
    caller: 'anonymous',
    mutation: 'retryTask',
    action: 'RETRY',
    taskId: id,
    reason: 'The host is back.',
    statusBefore: 'FAILED',
    claimId: null,
    at: world.now,
  });
  expect(store.outcomes.get(accepted.auditId)).toBe('ACCEPTED');
  const refused = await act(world, 'cancelTask', { id });
  const why = expect.arrayContaining(['WRONG_STATUS', 'ALREADY_IN_PROGRESS']);
  expect(store.refusals.get(refused.auditId)).toMatchObject({ mutation: 'cancelTask', action: 'CANCEL', reason: null, refusedFor: why });
});

test('the action is in the journal before the request is sent', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const seen: number[] = [];
  world.planes['vcf-sfo'].server.fault = (call, handle) => {
    if (call.method === 'PATCH') seen.push(store.intents.size, store.outcomes.size);
    return handle();
  };
  await act(world, 'retryTask', { id });
  expect(seen).toEqual([1, 0]);
});

test.each([
  'vcf-sfo:00000000-0000-4000-8000-000000000000',
  'vcf-sfo:../tokens',
  'vcf-sfo:a/b?c#d',
  'vcf-sfo:',
  'nowhere:1',
  'source:vcf-sfo',
  'resource:vcf-sfo:1',
  '',
  'ö',
  'vcf-sfo:too-long-' + 'x'.repeat(120),
])('an id that is not that of a task, %j, is a TaskNotFoundError, and nothing is sent', async (id) => {
  for (const mutation of ['retryTask', 'cancelTask'] as const) {
    expect(await act(world, mutation, { id })).toMatchObject({
      taskId: id,
      outcome: 'REJECTED',
      task: null,
      errors: [{ __typename: 'TaskNotFoundError', taskId: id, path: ['input', 'id'] }],
      isRepeat: false,
    });
  }
  expect(allActions(world)).toEqual([]);
  expect(world.calls('vcf-sfo').every(({ path }) => /^\/v1\/(credentials\/)?tasks(\/[A-Za-z0-9-]+)?$/.test(path))).toBe(true);
});

test('a reason of more than 2,000 characters is refused, and nothing is sent', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const { errors } = await world.graphql('mutation ($input: RetryTaskInput!) { retryTask(input: $input) { outcome } }', {
    input: { id, reason: 'x'.repeat(2_001) },
  });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' }, path: ['retryTask'] }]);
  expect(world.calls('vcf-sfo')).toEqual([]);
});

test('several actions in one operation run one after another, where that is allowed', async () => {
  const open = await World.start({ configuration: { limits: { mutationRootFields: 0 } } });
  const id = `vcf-sfo:${open.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const { data } = await open.graphql(
    `mutation ($id: ID!) {
      first: retryTask(input: { id: $id }) { outcome }
      second: retryTask(input: { id: $id }) { outcome errors { ... on TaskActionNotAllowedError { blockers { code } } } }
    }`,
    { id },
  );
  expect(data).toEqual({
    first: { outcome: 'ACCEPTED' },
    second: { outcome: 'REJECTED', errors: [{ blockers: [{ code: 'ALREADY_IN_PROGRESS' }] }] },
  });
  await open.close();
});
