import { closeSync, existsSync, fsyncSync, openSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { Kysely } from 'kysely';

import { timerScheduler } from '../../lib/scheduler.js';
import { findErrorCode } from '../../model/errors.js';
import { isJsonObject } from '../../model/scalars.js';
import { type InspectedStore, type Store, type StoreEnvironment, StoreError } from '../store.js';
import { type StoreAccess, type StoreAvailability, StoreOutageError } from '../store-availability.js';
import { Database } from './database.js';
import { checkVersion, isMigrated, migrate, tryMigrate } from './migrations.js';
import { SqlAudit } from './sql-audit.js';
import { SqlStore } from './sql-store.js';
import { SqliteThreadDialect } from './sqlite-dialect.js';
import { checkFolder, describeSqliteError, explainUnwritableFolder, isBusy, isSqliteOutage, refuseUnusualFiles } from './sqlite-errors.js';
import { SqliteLock } from './sqlite-lock.js';
import { acceptMissingLog, checkpointLog, describeMissingLog, isElsewhere, isLogMissing } from './sqlite-log.js';
import { SqliteThread } from './sqlite-thread.js';
import { readOrCreateStoreId, readStoreId } from './store-identity.js';
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
  let lock: SqliteLock | null = null;
  try {
    lock = createAndLock(path);
    return await openLocked(path, lock, retentionMs, environment);
  } catch (error) {
    lock?.release();
    throw describeUnusable(path, error);
  }
}

async function openLocked(
  path: string,
  lock: SqliteLock,
  retentionMs: number,
  { now, scheduler, availability, onNewStore }: StoreEnvironment,
): Promise<Store> {
  const thread = new SqliteThread(path, { setUp, lockPath: lock.path });
  try {
    await retryWhileBusy(() => thread.open());
    const log = new LogGuard(thread, path, await isLogMissing(thread, path));
    const close = async (): Promise<void> => {
      await (log.isMissing ? thread.end() : thread.close());
      lock.release();
    };
    const checkpoint = (): Promise<void> => checkpointLog(thread);
    const db = new Kysely<StoreTables>({ dialect: new SqliteThreadDialect(thread, scheduler, { checkpoint, close }) });
    const watched = watch(db, path, availability, (access) => (access === 'write' ? log.refuseWhileMissing() : undefined));
    const storeId = await (log.isMissing ? readIncompleteStore(db, path, availability) : prepareStore(db, checkpoint, onNewStore));
    // The file belongs to one process: what another one has left without an outcome was interrupted.
    const openedAt = now();
    return new SqlStore(watched, { now, retentionMs, storeId, interruptedBefore: () => openedAt });
  } catch (error) {
    await thread.end();
    throw error;
  }
}

/** Migrates a store, brings what a killed process has left in its log into the file, and returns its id. */
async function prepareStore(
  db: Kysely<StoreTables>,
  checkpoint: () => Promise<void>,
  onNewStore: StoreEnvironment['onNewStore'],
): Promise<string> {
  if ((await retryWhileBusy(() => migrate(db, null))) === 'new') onNewStore?.();
  const storeId = await retryWhileBusy(() => readOrCreateStoreId(db));
  await checkpoint();
  return storeId;
}

/** The id of a store without its log, in which nothing may be written. */
async function readIncompleteStore(db: Kysely<StoreTables>, path: string, availability: StoreAvailability): Promise<string> {
  const storeId = (await isMigrated(db)) ? await readStoreId(db) : null;
  // A store that has to be migrated first can be opened only once the loss is accepted.
  if (storeId === null) throw new StoreError(describeMissingLog(path));
  availability.failed('write', describeMissingLog(path));
  return storeId;
}

/** `prepare`: called before each use of the database; it throws when that must not be. */
function watch(
  db: Kysely<StoreTables>,
  path: string,
  availability: StoreAvailability,
  prepare: (access: StoreAccess) => Promise<void> | undefined = () => undefined,
): Database {
  const describeOutage = (error: unknown): string | null => (isSqliteOutage(error) ? describeSqliteError(error, path) : null);
  return new Database(db, (access, job) =>
    availability.watch(access, describeOutage, async () => {
      await prepare(access);
      return retryWhileBusy(job);
    }),
  );
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
    this.#isMissing = await isElsewhere(this.#thread);
    if (this.#isMissing) throw new StoreOutageError(describeMissingLog(this.#path));
  }
}

/** Accepts that the log of a store is missing; false where it is not. */
export async function confirmSqliteStore(path: string): Promise<boolean> {
  const thread = new SqliteThread(path, { setUp });
  try {
    refuseUnusualFiles(path);
    await retryWhileBusy(() => thread.open());
    const isMissing = await isElsewhere(thread);
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
    return { audit: new SqlAudit(watch(db, path, availability)), problem, close: () => thread.end() };
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
    await retryWhileBusy(() => thread.open());
    if (await isLogMissing(thread, path)) throw new StoreError(describeMissingLog(path));
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
