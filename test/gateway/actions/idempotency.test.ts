import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { act, actionsAt, actOnMany, allActions, blockerCodes, onActions, singleDocument } from './act.js';
import { RecordingStore } from './recording-store.js';
import { refuseWith } from '../../support/plane-errors.js';

let world: World;
let store: RecordingStore;
beforeEach(async () => {
  world = await World.start({ store: (now) => (store = new RecordingStore(now)) });
});
afterEach(() => world.close());

const failedTask = () => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
const hour = 3_600_000;

test('the same key and input get the recorded result, sent once, with the current task', async () => {
  const input = { id: failedTask(), idempotencyKey: 'key-1', reason: 'again' };
  const first = await act(world, 'retryTask', { ...input, clientMutationId: 'a' });
  expect(first).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false, task: { status: 'FAILED' }, clientMutationId: 'a' });
  world.advance(8_000);
  const second = await act(world, 'retryTask', { ...input, clientMutationId: 'b' });
  expect(second).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true, errors: [], task: { status: 'RUNNING' }, clientMutationId: 'b' });
  expect(second.auditId).toBe(first.auditId);
  expect(store.intents.size).toBe(1);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test.each([
  [409, 'REJECTED', 'TaskConflictError'],
  [429, 'REJECTED', 'TaskSourceError'],
  [502, 'UNKNOWN', 'TaskOutcomeUnknownError'],
])('a result that is no success is recorded, too: %d', async (status, outcome, __typename) => {
  const input = { id: failedTask(), idempotencyKey: 'key-1' };
  world.planes['vcf-sfo'].server.fault = onActions(refuseWith(status));
  const first = await act(world, 'retryTask', input);
  expect(first).toMatchObject({ outcome, errors: [{ __typename }], isRepeat: false });
  world.planes['vcf-sfo'].server.fault = null;
  world.passTime(2 * hour);
  expect(await act(world, 'retryTask', input)).toMatchObject({ outcome, errors: first.errors, auditId: first.auditId, isRepeat: true });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('of twenty concurrent requests with one key one is sent, and nineteen repeat its result', async () => {
  const input = { id: failedTask(), idempotencyKey: 'key-1' };
  const payloads = await Promise.all(Array.from({ length: 20 }, () => act(world, 'retryTask', input)));
  expect(payloads.map(({ outcome }) => outcome)).toEqual(Array(20).fill('ACCEPTED'));
  expect(payloads.filter(({ isRepeat }) => isRepeat)).toHaveLength(19);
  expect(new Set(payloads.map(({ auditId }) => auditId)).size).toBe(1);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('a key with another input is refused: nothing is sent, and the recorded result stays', async () => {
  const input = { id: failedTask(), idempotencyKey: 'key-1', reason: 'one' };
  await act(world, 'retryTask', input);
  expect(await act(world, 'retryTask', { ...input, reason: 'two' })).toMatchObject({
    outcome: 'REJECTED',
    isRepeat: false,
    errors: [{ __typename: 'IdempotencyKeyReusedError', path: ['input', 'idempotencyKey'] }],
    task: { id: input.id },
  });
  expect(await act(world, 'retryTask', input)).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('another input is refused while the first request is still in flight, too', async () => {
  const id = failedTask();
  const payloads = await Promise.all(['one', 'two'].map((reason) => act(world, 'retryTask', { id, idempotencyKey: 'k', reason })));
  expect(payloads.map(({ outcome }) => outcome).sort()).toEqual(['ACCEPTED', 'REJECTED']);
  expect(payloads.flatMap(({ errors }) => errors)).toMatchObject([{ __typename: 'IdempotencyKeyReusedError' }]);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('a key belongs to one task and one mutation', async () => {
  const [one, two] = [failedTask(), failedTask()];
  for (const id of [one, two]) {
    expect(await act(world, 'retryTask', { id, idempotencyKey: 'k' })).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
    expect(await act(world, 'cancelTask', { id, idempotencyKey: 'k' })).toMatchObject({ outcome: 'REJECTED', isRepeat: false });
  }
  expect((await actOnMany(world, 'retryTasks', { ids: [one], idempotencyKey: 'k' }))[0]).toMatchObject({ isRepeat: false });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test('in a bulk mutation the key applies to each task by itself', async () => {
  const ids = [failedTask(), failedTask()];
  await actOnMany(world, 'retryTasks', { ids: ids.slice(0, 1), idempotencyKey: 'k' });
  const results = await actOnMany(world, 'retryTasks', { ids, idempotencyKey: 'k' });
  expect(results.map(({ outcome, isRepeat }) => [outcome, isRepeat])).toEqual([
    ['ACCEPTED', true],
    ['ACCEPTED', false],
  ]);
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test('a refusal before sending is recorded, even when the action would be allowed now', async () => {
  const sourceTaskId = world.planes['vcf-sfo'].addTask({ status: 'IN_PROGRESS', isRetryable: true });
  const input = { id: `vcf-sfo:${sourceTaskId}`, idempotencyKey: 'k' };
  expect(blockerCodes(await act(world, 'retryTask', input))).toEqual(['WRONG_STATUS']);
  world.planes['vcf-sfo'].setTask(sourceTaskId, { status: 'FAILED' });
  world.passTime(5_000);
  const repeat = await act(world, 'retryTask', input);
  expect(repeat).toMatchObject({ outcome: 'REJECTED', isRepeat: true, task: { status: 'FAILED', retry: { isAllowed: true } } });
  expect(blockerCodes(repeat)).toEqual(['WRONG_STATUS']);
  expect(allActions(world)).toEqual([]);
  expect(await act(world, 'retryTask', { ...input, idempotencyKey: 'other' })).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
});

test('a result is kept for 24 hours', async () => {
  const input = { id: failedTask(), idempotencyKey: 'k' };
  await act(world, 'retryTask', input);
  world.passTime(24 * hour - 1);
  expect(await act(world, 'retryTask', input)).toMatchObject({ isRepeat: true });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
  world.passTime(1);
  expect(await act(world, 'retryTask', input)).toMatchObject({ isRepeat: false });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(2);
});

test('a result that the store cannot record is still returned, and the action is not sent twice while this process lives', async () => {
  const input = { id: failedTask(), idempotencyKey: 'k' };
  store.broken.add('saveIdempotencyRecord');
  const first = await act(world, 'retryTask', input);
  expect(first).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
  expect(world.log.join('')).toContain('The store cannot do saveIdempotencyRecord.');
  world.passTime(hour);
  expect(await act(world, 'retryTask', input)).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true, auditId: first.auditId });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test.each([[''], ['x'.repeat(256)]])(
  'a key whose length is not 1 to 255 is BAD_USER_INPUT, and nothing is sent (%#)',
  async (idempotencyKey) => {
    const id = failedTask();
    const { data, errors } = await world.graphql(singleDocument('retryTask'), { input: { id, idempotencyKey } });
    expect(data).toEqual({ retryTask: null });
    expect(errors).toMatchObject([{ path: ['retryTask'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(world.calls('vcf-sfo')).toEqual([]);
    expect(await act(world, 'retryTask', { id, idempotencyKey: 'x'.repeat(255) })).toMatchObject({ outcome: 'ACCEPTED' });
  },
);

test('null is no idempotency key', async () => {
  const id = failedTask();
  await act(world, 'retryTask', { id, idempotencyKey: null });
  expect(await act(world, 'retryTask', { id, idempotencyKey: null })).toMatchObject({ outcome: 'REJECTED', isRepeat: false });
  expect(store.records).toEqual([]);
});
