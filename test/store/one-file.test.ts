import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Libsql from 'libsql';
import { stringify } from 'yaml';

import { checkStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { runProgram } from '../../src/cli/program.js';
import { sourceModules } from '../../src/sources/registry.js';
import { createTestIo } from '../cli/test-io.js';
import { runAudit } from '../gateway/audit/run-audit.js';
import { describeWith } from '../support/describe-with-tool.js';
import { ManualScheduler } from '../support/doubles/manual-scheduler.js';
import { isRoot } from './postgres-server.js';
import { open } from './stores.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-one-file-'));
  path = join(folder, 't.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = (file = path) => ({ kind: 'sqlite', path: file, retentionMs: 3_600_000 }) as const;

/** Only the named file, in another folder: what somebody copies who knows of no other. */
function copyOfTheFile(): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'copy.db');
  copyFileSync(path, copy);
  return copy;
}

async function trackedIn(file: string): Promise<readonly string[]> {
  const store = await open(settings(file));
  try {
    return await store.tracking.readTrackedIds('catalog');
  } finally {
    await store.close();
  }
}

/** A store does one thing after the other. */
const afterItsWork = (store: Store) => store.tracking.readTrackedIds('catalog');

const by = { auditId: 'a', caller: 'c', mutation: 'trackTask', at: 0 };

test('after the store is closed there is one file, and a copy of it holds everything', async () => {
  const store = await open(settings());
  await store.tracking.track('catalog', 'one', by);
  await store.close();
  expect(readdirSync(folder)).toEqual(['t.db']);
  const copy = copyOfTheFile();
  expect(await trackedIn(copy)).toEqual(['one']);
  expect(await runAudit('verify', settings(copy))).toMatchObject({ code: 0, out: [expect.stringMatching(/^The 2 entries are intact/)] });
});

test('five seconds after a write, a copy of the file holds it while the store is open', async () => {
  const scheduler = new ManualScheduler();
  const store = await open(settings(), Date.now, scheduler);
  scheduler.advance(5_000);
  await store.tracking.track('catalog', 'one');
  expect(await trackedIn(copyOfTheFile())).toEqual([]);
  scheduler.advance(5_000);
  await afterItsWork(store);
  expect(await trackedIn(copyOfTheFile())).toEqual(['one']);
  expect(scheduler.count).toBe(0);
  await store.close();
});

test('while another process reads, the log waits for the next write, and no one waits for the reader', async () => {
  const scheduler = new ManualScheduler();
  const store = await open(settings(), Date.now, scheduler);
  const reader = new Libsql(path);
  reader.exec('begin; select * from tributary_tracked');
  await store.tracking.track('catalog', 'one');
  scheduler.advance(5_000);
  await afterItsWork(store);
  expect(await trackedIn(copyOfTheFile())).toEqual([]);
  reader.exec('commit');
  await store.tracking.track('catalog', 'two');
  scheduler.advance(5_000);
  await afterItsWork(store);
  expect(await trackedIn(copyOfTheFile())).toEqual(['one', 'two']);
  await store.close();
  reader.close();
});

test('what a killed process has left in the log is in the file after the next start', async () => {
  const store = await open(settings(), Date.now, new ManualScheduler());
  await store.tracking.track('catalog', 'one');
  const after = join(mkdtempSync(join(folder, 'killed-')), 't.db');
  for (const end of ['', '-wal']) copyFileSync(path + end, after + end);
  await store.close();
  path = after;
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  const next = await open(settings(), Date.now, new ManualScheduler());
  expect(await trackedIn(copyOfTheFile())).toEqual(['one']);
  await next.close();
});

test('audit verify of an empty trail says that nothing was verified, and fails', async () => {
  await (await open(settings())).close();
  const { code, out } = await runAudit('verify', settings());
  expect({ code, out }).toEqual({ code: 1, out: [expect.stringMatching(/^The audit trail is empty, so nothing was verified\./)] });
});

/** `tributary store backup FILE`. */
async function backUp(
  file: string,
  store: object = { kind: 'sqlite', path },
): Promise<{ code: unknown; out: readonly string[]; err: readonly string[] }> {
  const plane = { name: 'a', kind: 'vcf', url: 'http://127.0.0.1:1', credentials: { username: 'u', password: 'p' } };
  const { io, out, err } = createTestIo(stringify({ auth: { mode: 'none' }, store, sources: [plane] }));
  const code = await runProgram(['store', 'backup', file], sourceModules, {
    ...io,
    exists: (name) => name === 'tributary.yaml' || existsSync(name),
  });
  return { code, out, err };
}

test('store backup copies a store in use, readable by its owner alone, and never replaces a file', async () => {
  const store = await open(settings(), Date.now, new ManualScheduler());
  await store.tracking.track('catalog', 'one', by);
  const copy = join(folder, 'backup.db');
  expect(await backUp(copy)).toMatchObject({ code: 0, out: [expect.stringContaining(`${copy} holds the whole store ${path}`)] });
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  await store.tracking.track('catalog', 'two', by);
  expect(await backUp(copy)).toEqual({
    code: 1,
    out: [],
    err: [`The store ${path} was not copied to ${copy}: there is a file of this name.`],
  });
  await store.close();
  expect(await trackedIn(copy)).toEqual(['one']);
  expect(await runAudit('verify', settings(copy))).toMatchObject({ code: 0 });
  expect(await runAudit('verify', settings())).toMatchObject({ code: 0, out: [expect.stringMatching(/^The 4 entries/)] });
});

test.each([
  [
    'a folder that is not there',
    () => join(folder, 'none', 'b.db'),
    undefined,
    1,
    / was not copied to .*: its folder .*none is not there\.$/,
  ],
  [
    'a store that is not there',
    () => join(folder, 'b.db'),
    { kind: 'sqlite', path: '/nowhere/t.db' },
    1,
    /^There is no store \/nowhere\/t.db yet\.$/,
  ],
  ['a store in memory', () => join(folder, 'b.db'), { kind: 'memory' }, 2, /^store\.kind: memory has nothing/],
  ['a store in PostgreSQL', () => join(folder, 'b.db'), { kind: 'postgres', url: 'postgres://u@127.0.0.1/d' }, 2, /such as pg_dump\.$/],
])('store backup of %s says why it does not work', async (_what, file, store, code, words) => {
  await (await open(settings())).close();
  expect(await backUp(file(), store)).toEqual({ code, out: [], err: [expect.stringMatching(words)] });
  expect(existsSync(file())).toBe(false);
});

test('checking a store creates no file, and changes none', async () => {
  await checkStore(settings());
  expect(readdirSync(folder)).toEqual([]);
  await (await open(settings())).close();
  const before = readFileSync(path);
  await checkStore(settings());
  expect(readdirSync(folder)).toEqual(['t.db']);
  expect(readFileSync(path).equals(before)).toBe(true);
});

const root = { isThere: isRoot, install: 'Run the tests as root: they use a store as another user, too.' };

/** Root may write everywhere. */
async function asAnotherUser<T>(job: () => Promise<T>): Promise<T> {
  chmodSync(folder, 0o755);
  const closeFolders = openFoldersOfCode();
  process.seteuid?.(65_534);
  try {
    return await job();
  } finally {
    process.seteuid?.(0);
    closeFolders();
  }
}

/** Lets every user reach the code, which the thread of the store loads when it starts; a checkout may be in a folder of root alone. */
function openFoldersOfCode(): () => void {
  const closed: (readonly [string, number])[] = [];
  for (let at = process.cwd(); at !== dirname(at); at = dirname(at)) {
    const { mode } = statSync(at);
    if ((mode & 0o011) !== 0o011) closed.push([at, mode]);
  }
  for (const [path, mode] of closed) chmodSync(path, mode | 0o011);
  return () => {
    for (const [path, mode] of closed) chmodSync(path, mode);
  };
}

/** What serve says, which config check --connect and doctor say before it. */
async function refusal(): Promise<string> {
  const message = await checkStore(settings()).then(
    () => 'usable',
    (error: Error) => error.message,
  );
  const opened = await open(settings()).then(
    async (store) => store.close().then(() => 'usable'),
    (error: Error) => error.message,
  );
  expect(opened).toBe(message);
  return message;
}

const beside = 't.db-wal and t.db-shm cannot be written in its folder FOLDER; this user must be able to create files there';

test.each<[string, string, () => void]>([
  ['whose log cannot be opened', beside, () => mkdirSync(`${path}-wal`)],
  ['whose shared memory cannot be opened', beside, () => mkdirSync(`${path}-shm`)],
  [
    'in a path that leads through a file',
    'FOLDER/a is not a folder',
    () => (writeFileSync(join(folder, 'a'), ''), (path = join(folder, 'a', 't.db'))),
  ],
])('a store %s is refused with its folder', async (_what, why, prepare) => {
  await (await open(settings())).close();
  prepare();
  expect(await refusal()).toBe(`The store ${path} cannot be used: ${why.replaceAll('FOLDER', folder)}.`);
});

describeWith(root)('as a user without rights', () => {
  test.each<[string, string, () => void]>([
    ['that is empty, in a folder that may not be written', beside, () => (writeFileSync(path, ''), chmodSync(path, 0o666))],
    ['in a folder that may not be written', beside, () => chmodSync(path, 0o666)],
    ['that may not be written', 'this user may not write it', () => chmodSync(path, 0o644)],
    ['that is new, in a folder that may not be written', 'this user may not create files in its folder FOLDER', () => rmSync(path)],
  ])('a store %s is refused with what is missing', async (_what, why, prepare) => {
    await (await open(settings())).close();
    prepare();
    expect(await asAnotherUser(refusal)).toBe(`The store ${path} cannot be used: ${why.replaceAll('FOLDER', folder)}.`);
  });
});
