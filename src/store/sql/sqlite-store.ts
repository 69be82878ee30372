import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { Kysely } from 'kysely';

import { timerScheduler } from '../../lib/scheduler.js';
import { findErrorCode } from '../../model/errors.js';
import { isJsonObject } from '../../model/scalars.js';
import { type Store, type StoreEnvironment, StoreError } from '../store.js';
import { Database } from './database.js';
import { migrate, tryMigrate } from './migrations.js';
import { SqlStore } from './sql-store.js';
import { SqliteThreadDialect } from './sqlite-dialect.js';
import { SqliteThread, SqliteThreadError } from './sqlite-thread.js';
import type { StoreTables } from './tables.js';

/** The driver blocks its thread while it waits for a lock, and with it reads; so it gives up after a millisecond, and `retryWhileBusy` tries again. */
const withoutWaiting = 'pragma busy_timeout = 1';

/** synchronous = FULL: a commit is on the disk when it returns, not only in the cache of the operating system. */
const setUp = [withoutWaiting, 'pragma journal_mode = WAL', 'pragma synchronous = FULL', 'pragma foreign_keys = ON'];

/** Opens the store in a file, which is created where there is none. Throws a StoreError when it cannot be used. */
export async function openSqliteStore(
  path: string,
  retentionMs: number,
  { now, scheduler, availability }: StoreEnvironment,
): Promise<Store> {
  const thread = new SqliteThread(path, { setUp });
  try {
    // The journal says who did what, so only the user of the process may read it.
    closeSync(openSync(path, 'a', 0o600));
    await retryWhileBusy(() => thread.open());
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, scheduler) });
    await retryWhileBusy(() => migrate(db, null));
    // What a process that was killed has left in the write-ahead log.
    await thread.ask({ kind: 'checkpoint' });
    // The file belongs to one process: what another one has left without an outcome was interrupted.
    const openedAt = now();
    const describeOutage = (error: unknown): string | null => (isSqliteOutage(error) ? describeSqliteError(error, path) : null);
    const watched = new Database(db, (access, job) => availability.watch(access, describeOutage, () => retryWhileBusy(job)));
    return new SqlStore(watched, { now, retentionMs, interruptedBefore: () => openedAt });
  } catch (error) {
    await thread.close();
    throw new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error, path)}.`, { cause: error });
  }
}

/** Throws a StoreError when the store cannot be used. It creates no database, and changes nothing in one. */
export async function checkSqliteStore(path: string): Promise<void> {
  const thread = new SqliteThread(path, { setUp: [withoutWaiting] });
  try {
    const exists = existsSync(path);
    if (exists) closeSync(openSync(path, 'r+'));
    checkFolder(path, exists);
    if (!exists) return;
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, timerScheduler) });
    await retryWhileBusy(() => tryMigrate(db, null));
  } catch (error) {
    throw new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error, path)}.`, { cause: error });
  } finally {
    await thread.end();
  }
}

const unwritable: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EISDIR']);

/** Writes a file into the folder, as SQLite does beside its database, and removes it. */
function checkFolder(path: string, exists: boolean): void {
  const probe = `${path}-${randomUUID()}`;
  try {
    writeFileSync(probe, Buffer.alloc(65_536), { flag: 'wx', mode: 0o600 });
    for (const beside of [`${path}-wal`, `${path}-shm`]) if (existsSync(beside)) closeSync(openSync(beside, 'r+'));
  } catch (error) {
    if (exists && unwritable.has(findErrorCode(error) ?? '')) throw new StoreError(describeFolderProblem(path), { cause: error });
    throw error;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** See `backUpStore`. */
export async function backUpSqliteFile(path: string, target: string): Promise<void> {
  let isCreated = false;
  try {
    await withReadonly(path, async (database) => {
      const file = openSync(target, 'wx', 0o600);
      isCreated = true;
      await retryWhileBusy(() => database.ask({ kind: 'query', statement: 'vacuum into ?', parameters: [target] }));
      // SQLite does not wait until a copy is on the disk.
      fsyncSync(file);
      closeSync(file);
    });
    await withReadonly(target, async (copy) => {
      const { rows } = await copy.ask({ kind: 'query', statement: 'pragma quick_check(1)', parameters: [] });
      const [result] = rows;
      if (!isJsonObject(result) || result['quick_check'] !== 'ok') throw new StoreError('the copy is damaged');
    });
  } catch (error) {
    if (isCreated) rmSync(target, { force: true });
    const why = findErrorCode(error) === 'EEXIST' ? 'there is a file of this name' : describeSqliteError(error, target);
    throw new StoreError(`The store ${path} was not copied to ${target}: ${why}.`, { cause: error });
  }
}

async function withReadonly(path: string, job: (database: SqliteThread) => Promise<void>): Promise<void> {
  const thread = new SqliteThread(path, { isReadonly: true });
  await thread.open();
  try {
    await job(thread);
  } finally {
    await thread.end();
  }
}

/** The primary result codes of SQLite: the driver does not know the names of all extended ones. */
const resultCodes = { busy: 5, locked: 6, readonly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, notDatabase: 26 } as const;

function findResultCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  return 'cause' in error ? findResultCode(error.cause) : null;
}

function isBusy(error: unknown): boolean {
  const code = findResultCode(error);
  return code === resultCodes.busy || code === resultCodes.locked;
}

/** Whether the file cannot be used, in contrast to a statement that is wrong. */
function isSqliteOutage(error: unknown): boolean {
  return error instanceof SqliteThreadError || Object.values<number | null>(resultCodes).includes(findResultCode(error));
}

function describeSqliteError(error: unknown, path: string): string {
  if (error instanceof StoreError) return error.message;
  if (error instanceof SqliteThreadError) return 'the thread that used it has ended';
  const folder = dirname(path);
  switch (findResultCode(error)) {
    case resultCodes.busy:
    case resultCodes.locked:
      return 'another process has locked it';
    case resultCodes.notDatabase:
      return 'it is no SQLite database';
    case resultCodes.corrupt:
      return 'its content is damaged; restore a backup';
    case resultCodes.full:
      return `the disk of the folder ${folder} is full`;
    case resultCodes.io:
      return `the disk of the folder ${folder} reports an error (${findErrorCode(error)})`;
    case resultCodes.readonly:
    case resultCodes.cannotOpen:
      return isWritable(path) ? describeFolderProblem(path) : 'this user may not write it';
    default:
      return describeFileError(findErrorCode(error), path) ?? String(error);
  }
}

/** The database itself can be written, so it is the files beside it that cannot. */
function describeFolderProblem(path: string): string {
  const file = basename(path);
  return `${file}-wal and ${file}-shm cannot be written in its folder ${dirname(path)}; this user must be able to create files there`;
}

function describeFileError(code: string | null, path: string): string | null {
  const folder = dirname(path);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return existsSync(path) ? 'this user may not write it' : `this user may not create files in its folder ${folder}`;
    case 'EROFS':
      return `the file system of its folder ${folder} is read-only`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of the folder ${folder} is full`;
    case 'ENOENT':
      return `its folder ${folder} is not there`;
    case 'ENOTDIR':
      return `${folder} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    default:
      return null;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** After this long, in milliseconds, a busy database is an error: callers wait for it. */
const maxBusyMs = 2_000;

/** Milliseconds between two attempts, in which the event loop is free. */
const busyRetryMs = 20;

/**
 * Runs a job, and again while the database is busy. It waits in real time, not by the Scheduler, whose timers keep no
 * process alive: a command such as `audit verify` must not end while it waits for the file.
 */
async function retryWhileBusy<Value>(job: () => Promise<Value>): Promise<Value> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await job();
    } catch (error) {
      if (!isBusy(error) || performance.now() - startedAt >= maxBusyMs) throw error;
    }
    await setTimeout(busyRetryMs);
  }
}
