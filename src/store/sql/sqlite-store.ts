import { closeSync, existsSync, fsyncSync, openSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { Kysely } from 'kysely';

import { timerScheduler } from '../../lib/scheduler.js';
import { findErrorCode } from '../../model/errors.js';
import { isJsonObject } from '../../model/scalars.js';
import { type InspectedStore, type Store, type StoreEnvironment, StoreError } from '../store.js';
import { StoreOutageError } from '../store-availability.js';
import { Database } from './database.js';
import { checkVersion, migrate, tryMigrate } from './migrations.js';
import { SqlAudit } from './sql-audit.js';
import { SqlStore } from './sql-store.js';
import { SqliteThreadDialect } from './sqlite-dialect.js';
import { describeSqliteError, isBusy, isSqliteOutage } from './sqlite-errors.js';
import { checkFolder, explainUnwritableFolder, refuseUnusualFiles } from './sqlite-file.js';
import { SqliteLock } from './sqlite-lock.js';
import { acceptMissingLog, checkpointLog, describeMissingLog, isLogMissing } from './sqlite-log.js';
import { SqliteThread } from './sqlite-thread.js';
import { readOrCreateStoreId } from './store-identity.js';
import type { StoreTables } from './tables.js';

/** The driver blocks its thread while it waits for a lock, and with it reads; so it gives up after a millisecond, and `retryWhileBusy` tries again. */
const withoutWaiting = 'pragma busy_timeout = 1';

/**
 * synchronous = FULL: a commit is on the disk when it returns, not only in the cache of the operating system.
 * journal_size_limit: a log that one large transaction has made long is cut to this many bytes when it is begun again.
 */
const setUp = [
  withoutWaiting,
  'pragma journal_mode = WAL',
  'pragma synchronous = FULL',
  'pragma foreign_keys = ON',
  'pragma journal_size_limit = 4194304',
];

/** Opens the store in a file for a gateway, and creates it where there is none. Throws a StoreError when it cannot be used. */
export async function openSqliteStore(path: string, retentionMs: number, environment: StoreEnvironment): Promise<Store> {
  const { now, scheduler, availability } = environment;
  const thread = new SqliteThread(path, { setUp, isWatched: true });
  let lock: SqliteLock | null = null;
  try {
    lock = createAndLock(path);
    await retryWhileBusy(() => thread.open());
    const log = new LogGuard(thread, path, await isLogMissing(thread, path));
    const close = async (): Promise<void> => {
      await (log.isMissing ? thread.end() : thread.close());
      lock?.release();
    };
    const checkpoint = (): Promise<void> => checkpointLog(thread);
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, scheduler, { checkpoint, close }) });
    const describeOutage = (error: unknown): string | null => (isSqliteOutage(error) ? describeSqliteError(error, path) : null);
    const watched = new Database(db, (access, job) =>
      availability.watch(access, describeOutage, async () => {
        if (access === 'write') await log.refuseWhileMissing();
        return retryWhileBusy(job);
      }),
    );
    // Another table than those of this version cannot be written before the loss is accepted.
    await retryWhileBusy(() => (log.isMissing ? checkVersion(db) : migrate(db, null)));
    const storeId = await readOrCreateStoreId(db);
    // What a process that was killed has left in the log.
    if (log.isMissing) availability.failed('write', describeMissingLog(path));
    else await checkpoint();
    // The file belongs to one process: what another one has left without an outcome was interrupted.
    const openedAt = now();
    return new SqlStore(watched, { now, retentionMs, storeId, interruptedBefore: () => openedAt });
  } catch (error) {
    await thread.end();
    lock?.release();
    throw describeUnusable(path, error);
  }
}

/** Creates the file where there is none, and keeps other gateways from it. */
function createAndLock(path: string): SqliteLock {
  refuseUnusualFiles(path);
  const exists = existsSync(path);
  // The journal says who did what, so only the user of the process may read it.
  closeSync(openSync(path, 'a', 0o600));
  return explainUnwritableFolder(path, exists, () => SqliteLock.acquire(`${realpathSync(path)}-lock`));
}

/** Keeps writes from a store whose log is missing, until an operator accepts that, which another process records in the file. */
class LogGuard {
  readonly #thread: SqliteThread;
  readonly #path: string;
  #isMissing: boolean;

  constructor(thread: SqliteThread, path: string, isMissing: boolean) {
    this.#thread = thread;
    this.#path = path;
    this.#isMissing = isMissing;
  }

  get isMissing(): boolean {
    return this.#isMissing;
  }

  async refuseWhileMissing(): Promise<void> {
    if (!this.#isMissing) return;
    this.#isMissing = await isLogMissing(this.#thread, this.#path);
    if (this.#isMissing) throw new StoreOutageError(describeMissingLog(this.#path));
  }
}

/** Accepts that the log of a store is missing; false where it is not. */
export async function confirmSqliteStore(path: string): Promise<boolean> {
  const thread = new SqliteThread(path, { setUp });
  try {
    refuseUnusualFiles(path);
    await retryWhileBusy(() => thread.open());
    const isMissing = await isLogMissing(thread, path);
    if (isMissing) await retryWhileBusy(() => acceptMissingLog(thread));
    return isMissing;
  } catch (error) {
    throw describeUnusable(path, error);
  } finally {
    await thread.end();
  }
}

/** Opens a store for reading its audit trail, beside a gateway that may use it. */
export async function inspectSqliteStore(path: string, { availability }: Pick<StoreEnvironment, 'availability'>): Promise<InspectedStore> {
  const thread = new SqliteThread(path, { isReadonly: true, setUp: [withoutWaiting] });
  try {
    refuseUnusualFiles(path);
    await retryWhileBusy(() => thread.open());
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, timerScheduler) });
    await checkVersion(db);
    const problem = (await isLogMissing(thread, path)) ? describeMissingLog(path) : null;
    const describeOutage = (error: unknown): string | null => (isSqliteOutage(error) ? describeSqliteError(error, path) : null);
    const watched = new Database(db, (access, job) => availability.watch(access, describeOutage, () => retryWhileBusy(job)));
    return { audit: new SqlAudit(watched), problem, close: () => thread.end() };
  } catch (error) {
    await thread.end();
    throw describeUnusable(path, error);
  }
}

/** Throws a StoreError when the store cannot be used. It creates no database, and changes nothing in one. */
export async function checkSqliteStore(path: string): Promise<void> {
  const thread = new SqliteThread(path, { setUp: [withoutWaiting] });
  try {
    refuseUnusualFiles(path);
    const exists = existsSync(path);
    if (exists) closeSync(openSync(path, 'r+'));
    checkFolder(path, exists);
    if (!exists) return;
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, timerScheduler) });
    // A user that may write may update. An EXPLAIN would stay open in libsql, and keep its table from the migrations after it.
    await retryWhileBusy(() => tryMigrate(db, null, () => 'select 1'));
  } catch (error) {
    throw describeUnusable(path, error);
  } finally {
    await thread.end();
  }
}

function describeUnusable(path: string, error: unknown): StoreError {
  return new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error, path)}.`, { cause: error });
}

/** See `backUpStore`. */
export async function backUpSqliteFile(path: string, target: string): Promise<void> {
  let isCreated = false;
  try {
    await withReadonly(path, async (database) => {
      const file = openSync(target, 'wx', 0o600);
      isCreated = true;
      await retryWhileBusy(() => database.ask({ kind: 'query', statement: 'vacuum into ?', parameters: [target] }));
      if (!(await isLogMissing(database, path))) await markWhole(target);
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

/** A copy contains everything that was in the log of the original. */
async function markWhole(path: string): Promise<void> {
  const thread = new SqliteThread(path);
  await thread.open();
  await acceptMissingLog(thread);
  await thread.end();
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
