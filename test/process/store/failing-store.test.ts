import { setImmediate } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';

import type { StoreSettings } from '../../../src/store/store.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { buildChildGateway, type ChildGateway, startChildGateway } from './child-gateway.js';
import { postgres, PostgresServer } from '../../store/postgres-server.js';
import { type Client, Site } from '../../store/site.js';
import { open, sqlite, type StoreMaker } from '../../store/stores.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closeGateways());
afterAll(() => site.close());

const refused = { outcome: 'REJECTED', errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }], task: { id: expect.any(String) } };
const notKept = { __typename: 'TaskSourceError', isRetryable: true, problem: { kind: 'OTHER' } };

/** As another process does it, as soon as the gateway writes nothing. */
async function lock(store: StoreSettings): Promise<Database.Database> {
  const other = new Database(store.kind === 'sqlite' ? store.path : '');
  for (let count = 0; count < 1_000; count++) {
    try {
      other.exec('begin immediate');
      return other;
    } catch {
      await setImmediate();
    }
  }
  throw new Error('The gateway writes all the time.');
}

/** Actions are refused and not sent, trackTask and untrackTask say why not. */
async function expectRefusals(client: Client, trackedId: string): Promise<void> {
  const id = site.failedTask();
  expect(await client.retry({ id })).toMatchObject(refused);
  expect(await client.retryBlockers(id)).toEqual(['LEDGER_UNAVAILABLE']);
  expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject(refused);
  expect(site.sent(id)).toEqual([]);
  const { task, errors } = await client.track(site.catalog.addTask({ package_slug: 'nginx' }));
  expect({ task, errors }).toMatchObject({ task: null, errors: [{ ...notKept, path: ['input', 'sourceTaskId'] }] });
  expect(errors[0].message).toBe('The gateway cannot write to its store now, so nothing was changed; try again later.');
  expect(await client.untrack(trackedId)).toMatchObject({ untrackedTaskId: null, errors: [{ ...notKept, path: ['input', 'id'] }] });
}

/** As soon as the store is back, without an action. */
async function waitForNoBlockers(client: Client, id: string): Promise<void> {
  while ((await client.retryBlockers(id)).length > 0) await setImmediate();
}

describe('a store in a file', () => {
  let maker: StoreMaker;
  beforeAll(async () => {
    maker = await sqlite.start();
  });
  afterAll(() => maker.stop());

  test('that another process has locked: actions are refused and reads served until it is free', async () => {
    const store = await maker.newStore();
    const client = await site.gateway(store);
    const sourceTaskId = site.catalog.addTask({ package_slug: 'nginx' });
    await client.track(sourceTaskId);
    const other = await lock(store);
    await expectRefusals(client, `catalog:${sourceTaskId}`);
    expect(await client.listed()).toMatchObject({ source: { isComplete: true, problem: null } });
    expect((await client.listed()).ids).toContain(`catalog:${sourceTaskId}`);
    other.exec('rollback');
    other.close();
    const id = site.failedTask();
    await waitForNoBlockers(client, id);
    expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject({ outcome: 'ACCEPTED' });
    expect(site.sent(id)).toHaveLength(1);
  });

  test('that waits for another process does not block the event loop', async () => {
    const store = await maker.newStore();
    const client = await site.gateway(store);
    const other = await lock(store);
    let isWaiting = true;
    const retried = client.retry({ id: site.failedTask() }).finally(() => (isWaiting = false));
    const begun = performance.now();
    await client.listed();
    await client.listed();
    expect(isWaiting).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1_500);
    other.exec('rollback');
    other.close();
    expect(await retried).toMatchObject({ outcome: 'ACCEPTED' });
  });

  describe('on a full disk', () => {
    let child: ChildGateway;
    beforeAll(() => buildChildGateway());
    beforeEach(async () => {
      const store = await maker.newStore();
      child = await startChildGateway({ configuration: site.configuration(store), store, crashPoint: null }, 512);
    });
    afterEach(() => child.kill());

    test('refuses actions and serves reads', async () => {
      const sourceTaskId = site.catalog.addTask({ package_slug: 'nginx' });
      expect((await child.client.track(sourceTaskId)).errors).toEqual([]);
      const id = site.failedTask();
      let isFull = false;
      for (let count = 0; count < 200 && !isFull; count++) {
        const { errors } = await child.client.retry({ id, reason: 'x'.repeat(2_000) });
        isFull = errors.some((error: { blockers?: { code: string }[] }) =>
          error.blockers?.some(({ code }) => code === 'LEDGER_UNAVAILABLE'),
        );
      }
      if (!isFull) await child.client.retry({ id: site.failedTask(), reason: 'x'.repeat(2_000) });
      await expectRefusals(child.client, `catalog:${sourceTaskId}`);
      expect((await child.client.listed()).ids).toContain(`catalog:${sourceTaskId}`);
    });
  });
});

describeWith(postgres)('a store in a database server that stops', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  test('actions are refused and reads served from the cache, until the server is back', async () => {
    const client = await site.gateway({ kind: 'postgres', url: await server.newDatabase(), retentionMs: 3_600_000 });
    const sourceTaskId = site.catalog.addTask({ package_slug: 'nginx' });
    await client.track(sourceTaskId);
    const before = await client.listed();
    await server.kill();
    expect(await client.retryBlockers(site.failedTask())).toEqual(['LEDGER_UNAVAILABLE']);
    await expectRefusals(client, `catalog:${sourceTaskId}`);
    const { ids, source } = await client.listed();
    expect(ids.toSorted()).toEqual(before.ids.toSorted());
    const message = 'The gateway cannot read its store now: tasks that are tracked may be missing.';
    expect(source).toEqual({ __typename: 'TaskSourceAnswered', isComplete: false, problem: { kind: 'OTHER', message } });
    await server.resume();
    expect((await client.listed()).source).toMatchObject({ isComplete: true, problem: null });
    await waitForNoBlockers(client, site.failedTask());
    expect(await client.retry({ id: site.failedTask() })).toMatchObject({ outcome: 'ACCEPTED' });
  });

  test('that hangs: actions are refused at its deadline and reads served, until it answers again', async () => {
    const client = await site.gateway({ kind: 'postgres', url: await server.newDatabase(), retentionMs: 3_600_000 });
    const id = site.failedTask();
    const before = await client.listed();
    const goOn = server.hang();
    try {
      const [payload, { ids }] = await Promise.all([client.retry({ id }), client.listed()]);
      expect(payload).toMatchObject({ outcome: 'REJECTED', errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }] });
      expect(ids.toSorted()).toEqual(before.ids.toSorted());
    } finally {
      goOn();
    }
    expect(site.sent(id)).toEqual([]);
    await waitForNoBlockers(client, id);
    expect(await client.retry({ id })).toMatchObject({ outcome: 'ACCEPTED' });
  });

  test('behind whose address another database answers: nothing is sent until the first one is back', async () => {
    const [url, other] = [await server.newDatabase(), await server.newDatabase()];
    const client = await site.gateway({ kind: 'postgres', url, retentionMs: 3_600_000 });
    await (await open({ kind: 'postgres', url: other, retentionMs: 3_600_000 })).close();
    await server.swapDatabases(url, other);
    const id = site.failedTask();
    expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject(refused);
    expect(site.sent(id)).toEqual([]);
    await server.swapDatabases(url, other);
    await waitForNoBlockers(client, id);
    expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject({ outcome: 'ACCEPTED' });
  });
});
