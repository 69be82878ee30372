import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { checkStore, openStore } from '../../src/store/open-store.js';
import { StoreAvailability } from '../../src/store/store-availability.js';
import { runAudit } from '../gateway/audit/run-audit.js';
import { runStoreConfirm } from './run-store.js';
import { ManualScheduler } from '../support/doubles/manual-scheduler.js';
import { type Client, Site } from './site.js';
import { open } from './stores.js';

let site: Site;
let folder: string;
let path: string;
beforeAll(async () => {
  site = await Site.start();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-changed-'));
  path = join(folder, 't.db');
});
afterEach(async () => {
  await site.closeGateways();
  rmSync(folder, { recursive: true });
});
afterAll(() => site.close());

const settings = (file = path) => ({ kind: 'sqlite', path: file, retentionMs: 3_600_000 }) as const;

const refused = { outcome: 'REJECTED', errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }] };

/** The action is refused and not sent, and reads go on. */
async function expectRefusal(client: Client): Promise<void> {
  const id = site.failedTask();
  expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject(refused);
  expect(await client.retry({ id })).toMatchObject(refused);
  expect(site.sent(id)).toEqual([]);
  expect((await client.listed()).source).toMatchObject({ isComplete: true, problem: null });
  expect(await client.storeStatus()).toBe('DOWN');
}

async function expectSent(client: Client): Promise<void> {
  const id = site.failedTask();
  expect(await client.retry({ id, idempotencyKey: 'k' })).toMatchObject({ outcome: 'ACCEPTED' });
  expect(site.sent(id)).toHaveLength(1);
}

const files = ['', '-wal', '-shm', '-lock'];

test.each<[string, () => void]>([
  ['removed, with all beside it', () => files.forEach((ending) => rmSync(path + ending))],
  ['removed alone', () => rmSync(path)],
  ['replaced by a copy', () => (copyFileSync(path, `${path}.copy`), renameSync(`${path}.copy`, path))],
  ['replaced by a folder', () => (rmSync(path), symlinkSync(folder, path))],
  ['emptied', () => truncateSync(path)],
  ['left without its log', () => rmSync(`${path}-wal`)],
  ['left without its lock', () => rmSync(`${path}-lock`)],
])('W5 while the file of a store is %s, no action is sent and reads go on', async (_what, change) => {
  const client = await site.gateway(settings());
  await expectSent(client);
  change();
  await expectRefusal(client);
});

test('a file that was removed and put back is used again, and holds every action', async () => {
  const client = await site.gateway(settings());
  linkSync(path, `${path}.kept`);
  rmSync(path);
  await expectRefusal(client);
  renameSync(`${path}.kept`, path);
  await expectSent(client);
  await site.closeGateways();
  expect((await runAudit('verify', settings())).code).toBe(0);
});

test('a gateway whose file was replaced leaves the log of the new file to the gateway that uses it', async () => {
  const before = await site.gateway(settings());
  files.forEach((ending) => rmSync(path + ending));
  const after = await site.gateway(settings());
  await expectSent(after);
  await expectRefusal(before);
  await site.closeGateways();
  expect(await runAudit('verify', settings())).toMatchObject({ code: 0, out: [expect.stringMatching(/^The 2 entries are intact/)] });
});

test('W9p a second gateway on one file is refused with what to do, and after the first one has ended it is not', async () => {
  const first = await site.gateway(settings());
  symlinkSync(path, join(folder, 'link.db'));
  for (const name of [path, join(folder, 'link.db')]) {
    await expect(site.gateway(settings(name))).rejects.toThrow(
      `The store ${name} cannot be used: another gateway uses it, and holds t.db-lock beside it; stop that one first, give this one a store.path of its own, or let both share a PostgreSQL database with store.kind: postgres.`,
    );
  }
  await expect(checkStore(settings())).resolves.toBeUndefined();
  await expectSent(first);
  expect(await runAudit('verify', settings())).toMatchObject({ code: 0 });
  await site.closeGateways();
  await expectSent(await site.gateway(settings()));
});

/** As after a kill: what a gateway that has sent an action leaves, without the files with these endings. */
async function leaveWithout(...lost: readonly string[]): Promise<void> {
  const running = settings(join(folder, 'running.db'));
  await expectSent(await site.gateway(running));
  for (const ending of ['', '-wal'].filter((one) => !lost.includes(one))) copyFileSync(running.path + ending, path + ending);
  await site.closeGateways();
}

const missing = 'its write-ahead log t.db-wal is missing, and with it what was written last; stop the gateway and put the log back';

test('W9o a file that has lost its log is read and not written until an operator confirms the loss', async () => {
  await leaveWithout('-wal');
  expect((await runAudit('verify', settings())).code).toBe(1);
  await expect(checkStore(settings())).rejects.toThrow(missing);
  const client = await site.gateway(settings());
  await expectRefusal(client);
  // It is still known after a restart, and to a copy.
  await site.closeGateways();
  const again = await site.gateway(settings());
  await expectRefusal(again);
  expect(await runStoreConfirm(settings())).toEqual({ code: 0, out: [expect.stringContaining('is accepted without its write-ahead log')] });
  await expectSent(again);
  expect(await runStoreConfirm(settings())).toEqual({ code: 0, out: [`Nothing of the store ${path} is missing.`] });
  await site.closeGateways();
  expect((await runAudit('verify', settings())).code).toBe(0);
});

test('a log that is missing is one outage for the operator, from the start until it is confirmed', async () => {
  await leaveWithout('-wal');
  const events: string[] = [];
  const availability = new StoreAvailability(Date.now, {
    onLost: (reason) => events.push(reason),
    onRestored: () => events.push('restored'),
  });
  const store = await openStore(settings(), { now: Date.now, scheduler: new ManualScheduler(), availability });
  expect(events).toEqual([expect.stringContaining(missing)]);
  await expect(store.probe()).rejects.toThrow('The gateway cannot use its store now');
  await runStoreConfirm(settings());
  await store.probe();
  expect(events.slice(1)).toEqual(['restored']);
  await store.close();
});

test('a log that was emptied is missed as one that was removed, and audit verify says which entries are left', async () => {
  await leaveWithout('-wal');
  writeFileSync(`${path}-wal`, '');
  await expectRefusal(await site.gateway(settings()));
  await site.closeGateways();
  expect((await runAudit('verify', settings())).out).toEqual(
    ['The audit trail is empty, so nothing was verified.'].map(expect.stringContaining),
  );
  await runStoreConfirm(settings());
  await expectSent(await site.gateway(settings()));
});

test('a log that is there, or was brought into the file by another program, is not missed', async () => {
  await leaveWithout();
  execFileSync(process.execPath, [
    '-e',
    `const d = new (require('libsql'))(process.argv[1]); d.prepare('select * from tributary_setting').all(); d.close()`,
    path,
  ]);
  expect(await runStoreConfirm(settings())).toEqual({ code: 0, out: [`Nothing of the store ${path} is missing.`] });
  await expectSent(await site.gateway(settings()));
  await site.closeGateways();
  expect(await runAudit('verify', settings())).toMatchObject({ code: 0, out: [expect.stringMatching(/^The 4 entries are intact/)] });
});

test.each<[string, string | RegExp, () => unknown]>([
  ['a FIFO', 'it is a FIFO, not a file', () => execFileSync('mkfifo', [path])],
  ['a device', 'it is a device, not a file', () => symlinkSync('/dev/zero', path)],
  ['a socket', 'it is a socket, not a file', () => createServer().listen(path).unref()],
  ['a circle of symbolic links', 'its path is a circle of symbolic links', () => symlinkSync(path, path)],
  ['a file with a name that is too long', 'its path is too long', () => (path += 'x'.repeat(300))],
  ['a file whose log is a FIFO', 't.db-wal is a FIFO, not a file', () => execFileSync('mkfifo', [`${path}-wal`])],
  ['a file whose lock is a device', 't.db-lock is a device, not a file', () => symlinkSync('/dev/null', `${path}-lock`)],
  [
    'encrypted',
    'it is no SQLite database',
    () => writeFileSync(path, Buffer.from(Array.from({ length: 8_192 }, (_, at) => (at * 7_919) % 251))),
  ],
])('W9k a store that is %s is refused at once, in words', async (_what, why, prepare) => {
  await prepare();
  const words = `The store ${path} cannot be used: ${String(why)}.`;
  await expect(checkStore(settings())).rejects.toThrow(words);
  await expect(open(settings())).rejects.toThrow(words);
});

test('a store of 0 bytes is a new one', async () => {
  writeFileSync(path, '');
  await checkStore(settings());
  await expectSent(await site.gateway(settings()));
});
