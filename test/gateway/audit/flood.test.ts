import { afterEach, expect, test } from '@jest/globals';

import { verifyAuditTrail } from '../../../src/store/audit-trail.js';
import type { Json } from '../../support/post.js';
import { RecordingStore } from '../actions/recording-store.js';
import { AuditedWorld } from './audited-world.js';

let audited: AuditedWorld;
let store: RecordingStore;
afterEach(() => audited.world.close());

async function start(): Promise<void> {
  audited = await AuditedWorld.start((now) => (store = new RecordingStore(now)));
}

const retry = 'mutation ($input: RetryTaskInput!) { retryTask(input: $input) { outcome auditId } }';
const retries = 'mutation ($input: RetryTasksInput!) { retryTasks(input: $input) { results { outcome auditId } } }';

/** The audit trail once all counts are recorded. */
async function entriesAtTheEnd(): Promise<readonly Json[]> {
  await audited.world.gateway.close();
  expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole' });
  const links = [];
  for (;;) {
    const more = await store.audit.readLinks(links.length);
    if (more.length === 0) return links.map(({ entry }): Json => JSON.parse(entry));
    links.push(...more);
  }
}

test('a flood of refusals makes a hundred entries for each caller and reason, and one entry with the number of all others', async () => {
  await start();
  const ids = Array.from({ length: 100 }, (_, index) => `nowhere:${index}`);
  // Beyond the quota: refused as a whole, for each of its tasks.
  for (let time = 0; time < 20; time += 1) {
    const { errors } = await audited.world.graphql(retries, { input: { ids } }, 'sre');
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  }
  for (let time = 0; time < 150; time += 1) await audited.world.graphql(retry, { input: { id: 'nowhere:0' } }, 'sre');
  const denied = await audited.world.graphql(retry, { input: { id: audited.addTask('FAILED') } }, 'reader');
  const entries = await entriesAtTheEnd();
  const requests = entries.filter(({ kind }) => kind === 'ASKED');
  expect(requests.map(({ caller, refusedFor }) => `${caller} ${refusedFor}`).toSorted()).toEqual([
    'key:reader DENIED',
    ...Array<string>(100).fill('key:sre LIMIT_EXCEEDED'),
    ...Array<string>(100).fill('key:sre NOT_FOUND'),
  ]);
  expect(requests.map(({ auditId }) => auditId)).toContain(denied.data.retryTask.auditId);
  expect(entries.filter(({ kind }) => kind === 'COUNTED')).toEqual([
    {
      kind: 'COUNTED',
      at: '2026-11-21T08:00:00.000Z',
      caller: 'key:sre',
      since: '2026-11-21T08:00:00.000Z',
      refused: [
        { mutation: 'retryTasks', refusedFor: ['LIMIT_EXCEEDED'], count: 1_900 },
        { mutation: 'retryTask', refusedFor: ['NOT_FOUND'], count: 50 },
      ],
    },
  ]);
  expect(audited.world.log.join('')).toContain('1950 more actions of key:sre were refused.');
});

test('a caller who was refused that often has entries of their own again after a while', async () => {
  await start();
  const ask = async (): Promise<Json> => (await audited.world.graphql(retry, { input: { id: 'nowhere:0' } }, 'sre')).data.retryTask;
  for (let time = 0; time < 100; time += 1) expect((await ask()).auditId).toEqual(expect.any(String));
  expect(await ask()).toEqual({ outcome: 'REJECTED', auditId: null });
  audited.world.passTime(36_000);
  expect((await ask()).auditId).toEqual(expect.any(String));
  expect((await ask()).auditId).toBeNull();
});

test('a refused request with long texts is cut in the audit trail', async () => {
  await start();
  const input = { id: `nowhere:${'9'.repeat(20_000)}`, reason: 'x'.repeat(2_000) };
  await audited.world.graphql(retry, { input }, 'sre');
  expect((await audited.lines()).every((line) => line.length < 2_000)).toBe(true);
});

test.each(['NOT_FOUND', 'RATE_LIMITED', 'DENIED', 'KEY_REUSED'] as const)(
  'a store that fails does not change a refusal: %s is logged, and counted once the store works again',
  async (why) => {
    await start();
    const id = audited.addTask('FAILED');
    const caller = why === 'DENIED' ? 'reader' : 'sre';
    const once = { id, idempotencyKey: 'k' };
    if (why === 'KEY_REUSED') await audited.world.graphql(retry, { input: once }, caller);
    if (why === 'RATE_LIMITED')
      await audited.world.graphql(retries, { input: { ids: [1, 2, 3].map(() => audited.addTask('FAILED')) } }, caller);
    const input = { NOT_FOUND: { id: 'nowhere:1' }, RATE_LIMITED: { id }, DENIED: { id }, KEY_REUSED: { ...once, reason: 'x' } }[why];
    store.broken.add('recordRefusals');
    const { data, errors } = await audited.world.graphql(retry, { input }, caller);
    if (why === 'RATE_LIMITED') expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    else expect(data.retryTask).toEqual({ outcome: 'REJECTED', auditId: null });
    expect(audited.world.log.join('')).toContain('The store cannot do recordRefusals.');
    store.broken.clear();
    const counted = (await entriesAtTheEnd()).filter(({ kind }) => kind === 'COUNTED');
    expect(counted).toMatchObject([{ caller: `key:${caller}`, refused: [{ mutation: 'retryTask', refusedFor: [why], count: 1 }] }]);
  },
);

test('an action that is refused because the store fails is counted in the audit trail once the store works again', async () => {
  await start();
  store.broken.add('recordIntent');
  for (let time = 0; time < 2; time += 1) await audited.world.graphql(retry, { input: { id: audited.addTask('FAILED') } }, 'sre');
  const counted = (await entriesAtTheEnd()).filter(({ kind }) => kind === 'COUNTED');
  expect(counted).toMatchObject([{ refused: [{ mutation: 'retryTask', refusedFor: ['LEDGER_UNAVAILABLE'], count: 2 }] }]);
});
