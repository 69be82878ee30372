import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';
import { allActions, blockerCodes, bulkDocument, singleDocument } from './act.js';
import { RecordingStore } from './recording-store.js';

const everything = [{ actions: ['read', 'retry', 'cancel'], sources: ['*'] }] as const;
let world: World;
let store: RecordingStore;
beforeEach(async () => {
  world = await World.start({
    store: (now) => (store = new RecordingStore(now)),
    callers: { sre: everything, other: everything, reader: [{ actions: ['read'], sources: ['*'] }], noRights: [] },
  });
});
afterEach(() => world.close());

const failedTask = (): string => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
const hour = 3_600_000;

async function retry(caller: string, input: Json): Promise<Json> {
  return (await world.graphql(singleDocument('retryTask'), { input }, caller)).data.retryTask;
}

async function cancelAll(caller: string, ids: readonly string[], idempotencyKey: string): Promise<readonly Json[]> {
  return (await world.graphql(bulkDocument('cancelTasks'), { input: { ids, idempotencyKey } }, caller)).data.cancelTasks.results;
}

async function actionsOf(id: string): Promise<Json> {
  const query = 'query ($id: ID!) { task(id: $id) { actions { by reason outcome } } }';
  return (await world.graphql(query, { id }, 'sre')).data.task.actions;
}

test('a caller who may not read or act uses no idempotency key, and gets the same refusal as without a key', async () => {
  const id = failedTask();
  const ids = [id, 'vcf-sfo:none', 'nowhere:1', 'none'];
  for (const caller of ['noRights', 'reader']) {
    const results = await cancelAll(caller, ids, 'k');
    expect(results).toMatchObject(Array(4).fill({ outcome: 'REJECTED', isRepeat: false }));
    expect(await cancelAll(caller, ids, 'k')).toMatchObject(Array(4).fill({ outcome: 'REJECTED', isRepeat: false }));
  }
  expect(await cancelAll('sre', ['nowhere:1', 'none'], 'k')).toHaveLength(2);
  expect(blockerCodes(await retry('reader', { id, idempotencyKey: 'k' }))).toEqual(['DENIED']);
  expect(store.keys).toEqual([]);
  expect(allActions(world)).toEqual([]);
});

test('for a caller who may act, a refusal before sending is recorded, also when there is no such task', async () => {
  expect(await retry('sre', { id: 'vcf-sfo:none', idempotencyKey: 'k' })).toMatchObject({ isRepeat: false });
  expect(await retry('sre', { id: 'vcf-sfo:none', idempotencyKey: 'k' })).toMatchObject({
    isRepeat: true,
    errors: [{ __typename: 'TaskNotFoundError' }],
  });
});

test('a caller with 10,000 keys in 24 hours gets no other; recorded results are still returned, and other callers have their own keys', async () => {
  const [id, last] = [failedTask(), failedTask()];
  const first = await retry('sre', { id, idempotencyKey: 'first' });
  expect(first).toMatchObject({ outcome: 'ACCEPTED' });
  const claim = { inputHash: 'h', at: world.now, abandonedSince: 0, maxKeysPerCaller: 10_000 };
  // Stands for 9,998 mutations, which would take long.
  const used = { caller: 'key:sre', mutation: 'retryTask', taskId: 'vcf-sfo:none' };
  for (let time = 0; time < 9_998; time += 1) await store.idempotency.claimIdempotencyKey({ ...used, idempotencyKey: String(time) }, claim);
  expect(await retry('sre', { id: 'vcf-sfo:none', idempotencyKey: 'the last' })).toMatchObject({
    errors: [{ __typename: 'TaskNotFoundError' }],
  });
  const refused = await retry('sre', { id: last, idempotencyKey: 'one more' });
  expect(refused).toMatchObject({ outcome: 'REJECTED', isRepeat: false, errors: [{ __typename: 'TaskActionNotAllowedError' }] });
  expect(store.refusals.get(refused.auditId)).toMatchObject({ refusedFor: ['RATE_LIMITED'] });
  expect(await retry('sre', { id, idempotencyKey: 'first' })).toMatchObject({ isRepeat: true, auditId: first.auditId });
  expect(await retry('other', { id: last, idempotencyKey: 'one more' })).toMatchObject({ outcome: 'ACCEPTED' });
  expect(await retry('sre', { id: failedTask() })).toMatchObject({ outcome: 'ACCEPTED' });
  world.passTime(24 * hour);
  expect(await retry('sre', { id: failedTask(), idempotencyKey: 'one more' })).toMatchObject({ outcome: 'ACCEPTED' });
});

test('a refusal of a caller who may not read the task is only in the audit trail; a refusal of a reader displaces no sent action from the task', async () => {
  const id = failedTask();
  const truth = { by: 'key:sre', reason: 'the disk was full', outcome: 'ACCEPTED' };
  expect(await retry('sre', { id, reason: truth.reason })).toMatchObject({ outcome: 'ACCEPTED' });
  const forged = { id, reason: 'approved by the head of security' };
  for (let time = 0; time < 100; time += 1) await retry('noRights', forged);
  // Refused as a whole, before any task is read.
  await world.graphql(singleDocument('retryTask'), { input: { ...forged, idempotencyKey: '' } }, 'noRights');
  expect(await actionsOf(id)).toEqual([truth]);
  expect([...store.refusals.values()].filter(({ caller }) => caller === 'key:noRights')).toHaveLength(101);
  for (let time = 0; time < 100; time += 1) expect(blockerCodes(await retry('reader', forged))).toContain('DENIED');
  const entries = await actionsOf(id);
  expect(entries).toHaveLength(100);
  expect(entries[0]).toEqual(truth);
});
