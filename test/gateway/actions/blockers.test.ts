import { afterEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World, type WorldOptions } from '../../support/world.js';
import { act, allActions, blockerCodes, type SingleMutation, statusOf } from './act.js';
import { RecordingStore } from './recording-store.js';

let world: World;
afterEach(() => world.close());

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start(options);
}

/** Codes that the task shows before the mutation, and those of its payload; both have to be the same. */
async function codesOf(id: string, mutation: Exclude<SingleMutation, 'retryVcfCredentialsTask'>): Promise<string[]> {
  const field = mutation === 'retryTask' ? 'retry' : 'cancel';
  const { data } = await world.graphql(`query ($id: ID!) { task(id: $id) { action: ${field} { isAllowed blockers { code } } } }`, { id });
  const shown: string[] = data.task.action.blockers.map(({ code }: Json) => code).sort();
  expect(data.task.action.isAllowed).toBe(shown.length === 0);
  const payload = await act(world, mutation, { id });
  expect(payload).toMatchObject({
    outcome: 'REJECTED',
    task: { id },
    errors: [{ __typename: 'TaskActionNotAllowedError', path: ['input', 'id'] }],
  });
  expect(payload.errors).toHaveLength(1);
  expect(payload.auditId).toEqual(expect.any(String));
  expect(blockerCodes(payload)).toEqual(shown);
  return shown;
}

test('NOT_SUPPORTED_BY_SOURCE: Catalog and Astra have no such API call, and the message says what can be done instead', async () => {
  await start();
  const ids = [
    `catalog-demo:${world.planes['catalog-demo'].trackedIds[0]}`,
    `astra-demo:${world.planes['astra-demo'].addTask({ state: 'failed' })}`,
  ];
  for (const id of ids) {
    expect(await codesOf(id, 'retryTask')).toEqual(['NOT_SUPPORTED_BY_SOURCE']);
    expect(await codesOf(id, 'cancelTask')).toEqual(['NOT_SUPPORTED_BY_SOURCE']);
    const { data } = await world.graphql('query ($id: ID!) { task(id: $id) { retry { effect blockers { message } } } }', { id });
    expect(data.task.retry).toMatchObject({ effect: null, blockers: [{ message: expect.stringMatching(/no call/) }] });
  }
  expect(allActions(world)).toEqual([]);
});

test.each([
  ['retryTask', ['PENDING', 'Queued', 'IN_PROGRESS', 'SUCCESSFUL', 'COMPLETED_WITH_WARNING', 'CANCELLED', 'TIMED_OUT', 'SKIPPED']],
  ['cancelTask', ['PENDING', 'QUEUED', 'Successful', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'SKIPPED']],
] as const)('WRONG_STATUS: %s needs another status than %j', async (mutation, statuses) => {
  await start();
  for (const status of statuses) {
    const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status, isRetryable: true, isCancellable: true })}`;
    expect(await codesOf(id, mutation)).toEqual(['WRONG_STATUS']);
  }
  expect(allActions(world)).toEqual([]);
});

test('WRONG_STATUS: a status that is not mapped permits no action', async () => {
  await start();
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'HIBERNATING', isRetryable: true, isCancellable: true })}`;
  expect(await statusOf(world, id)).toBe('UNKNOWN');
  expect(await codesOf(id, 'retryTask')).toEqual(['WRONG_STATUS']);
  expect(await codesOf(id, 'cancelTask')).toEqual(['WRONG_STATUS']);
  const astra = `astra-demo:${world.planes['astra-demo'].addTask({ state: 'dreaming' })}`;
  expect(await codesOf(astra, 'cancelTask')).toEqual(['NOT_SUPPORTED_BY_SOURCE', 'WRONG_STATUS']);
  expect(allActions(world)).toEqual([]);
});

test('REFUSED_BY_TASK: the plane marks the task as one that cannot be retried or cancelled', async () => {
  await start();
  const plane = world.planes['vcf-sfo'];
  expect(await codesOf(`vcf-sfo:${plane.addTask({ status: 'FAILED', isRetryable: false })}`, 'retryTask')).toEqual(['REFUSED_BY_TASK']);
  expect(await codesOf(`vcf-sfo:${plane.addTask({ status: 'IN_PROGRESS', isCancellable: false })}`, 'cancelTask')).toEqual([
    'REFUSED_BY_TASK',
  ]);
  expect(allActions(world)).toEqual([]);
});

test('a plane before 5.1 does not send retryable, which blocks nothing', async () => {
  await start();
  world.planes['vcf-sfo'].legacy = true;
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', isRetryable: true })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('NEEDS_INPUT: an UPDATE needs its passwords again', async () => {
  await start();
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE' })}`;
  expect(await codesOf(id, 'retryTask')).toEqual(['NEEDS_INPUT']);
  expect(allActions(world)).toEqual([]);
});

test('OTHER: the policy of an UPDATE_AUTO_ROTATE_POLICY is not in the task', async () => {
  await start();
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE_AUTO_ROTATE_POLICY' })}`;
  expect(await codesOf(id, 'retryTask')).toEqual(['OTHER']);
  const elements = [{ resourceName: 'added-esx01.cloud.example', resourceType: 'ESXI', username: 'root', password: 'p' }];
  expect(blockerCodes(await act(world, 'retryVcfCredentialsTask', { id, elements }))).toEqual(['OTHER']);
  expect(allActions(world)).toEqual([]);
});

test('retryVcfCredentialsTask is only for failed credentials tasks of VCF', async () => {
  await start();
  const elements = [{ resourceName: 'added-esx01.cloud.example', resourceType: 'ESXI', username: 'root', password: 'p' }];
  const codes = async (id: string) => blockerCodes(await act(world, 'retryVcfCredentialsTask', { id, elements }));
  expect(await codes(`catalog-demo:${world.planes['catalog-demo'].trackedIds[0]}`)).toEqual(['NOT_SUPPORTED_BY_SOURCE']);
  expect(await codes(`astra-demo:${world.planes['astra-demo'].addTask()}`)).toEqual(['NOT_SUPPORTED_BY_SOURCE']);
  expect(await codes(`vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`)).toEqual(['OTHER']);
  const done = world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE', status: 'SUCCESSFUL' });
  expect(await codes(`vcf-sfo:${done}`)).toEqual(['WRONG_STATUS']);
  expect(allActions(world)).toEqual([]);
});

test('ALREADY_IN_PROGRESS: another action on the task is in progress', async () => {
  await start();
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', isCancellable: true })}`;
  expect(await act(world, 'retryTask', { id })).toMatchObject({
    outcome: 'ACCEPTED',
    task: { retry: { isAllowed: false, blockers: [{ code: 'ALREADY_IN_PROGRESS' }] } },
  });
  expect(await codesOf(id, 'retryTask')).toEqual(['ALREADY_IN_PROGRESS']);
  expect(await codesOf(id, 'cancelTask')).toEqual(['ALREADY_IN_PROGRESS', 'WRONG_STATUS']);
  expect(allActions(world)).toHaveLength(1);
});

test('DISABLED_BY_OPERATOR: the configuration disables one action of one source', async () => {
  await start({ sources: { 'vcf-sfo': { actions: { retry: false } }, 'vcf-lax': { actions: { cancel: false } } } });
  const failed = (name: 'vcf-sfo' | 'vcf-lax') => `${name}:${world.planes[name].addTask({ status: 'FAILED' })}`;
  const running = (name: 'vcf-sfo' | 'vcf-lax') => `${name}:${world.planes[name].addTask({ status: 'IN_PROGRESS' })}`;
  expect(await codesOf(failed('vcf-sfo'), 'retryTask')).toEqual(['DISABLED_BY_OPERATOR']);
  expect(await codesOf(running('vcf-lax'), 'cancelTask')).toEqual(['DISABLED_BY_OPERATOR']);
  expect(allActions(world)).toEqual([]);
  expect(await act(world, 'retryTask', { id: failed('vcf-lax') })).toMatchObject({ outcome: 'ACCEPTED' });
  expect(await act(world, 'cancelTask', { id: running('vcf-sfo') })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('SOURCE_UNAVAILABLE: nothing is sent to a plane that does not answer, whether the task is cached or not', async () => {
  await start();
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  const never = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  expect(await statusOf(world, id)).toBe('FAILED');
  world.passTime(10_000);
  world.planes['vcf-sfo'].server.fault = () => 'hang-up';
  const payload = await act(world, 'retryTask', { id });
  expect(blockerCodes(payload)).toEqual(['SOURCE_UNAVAILABLE']);
  expect(payload.task).toMatchObject({ id, warnings: [{ __typename: 'StaleDataWarning' }], retry: { isAllowed: false } });
  const unknown = await act(world, 'retryTask', { id: never });
  expect(blockerCodes(unknown)).toEqual(['SOURCE_UNAVAILABLE']);
  expect(unknown).toMatchObject({ outcome: 'REJECTED', task: null });
  expect(unknown.auditId).toEqual(expect.any(String));
  expect(allActions(world)).toEqual([]);
});

test('LEDGER_UNAVAILABLE: an action that cannot be recorded is not sent, and its task does not stay locked', async () => {
  let store: RecordingStore | undefined;
  await start({ store: (now) => (store = new RecordingStore(now)) });
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  store?.broken.add('recordIntent');
  const refused = await act(world, 'retryTask', { id });
  expect(refused).toMatchObject({ outcome: 'REJECTED', auditId: null, task: { id } });
  expect(blockerCodes(refused)).toEqual(['LEDGER_UNAVAILABLE']);
  expect(allActions(world)).toEqual([]);
  expect(world.log.join('')).toContain('The store cannot do recordIntent.');
  store?.broken.clear();
  expect(await act(world, 'retryTask', { id })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('LEDGER_UNAVAILABLE: when an idempotency key cannot be looked up, nothing is sent', async () => {
  let store: RecordingStore | undefined;
  await start({ store: (now) => (store = new RecordingStore(now)) });
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  store?.broken.add('claimIdempotencyKey');
  const refused = await act(world, 'retryTask', { id, idempotencyKey: 'k' });
  expect(refused).toMatchObject({ outcome: 'REJECTED', isRepeat: false, task: { id } });
  expect(blockerCodes(refused)).toEqual(['LEDGER_UNAVAILABLE']);
  expect(allActions(world)).toEqual([]);
});

test('an outcome that cannot be recorded does not change the payload', async () => {
  let store: RecordingStore | undefined;
  await start({ store: (now) => (store = new RecordingStore(now)) });
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  store?.broken.add('recordOutcome');
  const { outcome, auditId } = await act(world, 'retryTask', { id });
  expect(outcome).toBe('ACCEPTED');
  expect(store?.intents.has(auditId)).toBe(true);
  expect(world.log.join('')).toContain('The store cannot do recordOutcome.');
});

test('every blocker is listed, not only the first', async () => {
  await start({ sources: { 'vcf-sfo': { actions: { retry: false } } } });
  const plane = world.planes['vcf-sfo'];
  const id = `vcf-sfo:${plane.addTask({ status: 'SUCCESSFUL', isRetryable: false })}`;
  expect(await codesOf(id, 'retryTask')).toEqual(['DISABLED_BY_OPERATOR', 'REFUSED_BY_TASK', 'WRONG_STATUS']);
  const update = `vcf-sfo:${plane.addCredentialsTask({ type: 'UPDATE', status: 'IN_PROGRESS' })}`;
  expect(await codesOf(update, 'retryTask')).toEqual(['DISABLED_BY_OPERATOR', 'NEEDS_INPUT', 'WRONG_STATUS']);
  world.passTime(10_000);
  plane.server.fault = () => 'hang-up';
  expect(await codesOf(id, 'retryTask')).toEqual(['DISABLED_BY_OPERATOR', 'REFUSED_BY_TASK', 'SOURCE_UNAVAILABLE', 'WRONG_STATUS']);
  expect(allActions(world)).toEqual([]);
});
