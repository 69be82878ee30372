import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import Libsql from 'libsql';

import { type Cancel, type Scheduler, timerScheduler } from '../../lib/scheduler.js';
import { findErrorCode } from '../../model/errors.js';
import { isJsonObject } from '../../model/scalars.js';
import { type Store, type StoreEnvironment, StoreError } from '../store.js';
import { Database } from './database.js';
import { migrate, tryMigrate } from './migrations.js';
import { SqlStore } from './sql-store.js';
import type { StoreTables } from './tables.js';

/**
 * synchronous = FULL: a commit is on the disk when it returns, not only in the cache of the operating system.
 * busy_timeout = 1: the driver blocks the event loop while it waits for a lock, so it gives up after a millisecond and
 * `retryWhileBusy` tries again.
 */
const pragmas = ['busy_timeout = 1', 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'];

/**
 * How long after a write everything is in the named file, in milliseconds, while no other process reads it: a copy of
 * that file lacks the last few seconds at most. SQLite by itself leaves up to 4 MB in the write-ahead log, for ever.
 */
const checkpointMs = 5_000;

/** Opens the store in a file, which is created where there is none. Throws a StoreError when it cannot be used. */
export async function openSqliteStore(
  path: string,
  retentionMs: number,
  { now, scheduler, availability }: StoreEnvironment,
): Promise<Store> {
  let database: Libsql.Database | null = null;
  try {
    // The journal says who did what, so only the user of the process may read it.
    closeSync(openSync(path, 'a', 0o600));
    const opened = new Libsql(path);
    database = opened;
    for (const pragma of pragmas) await retryWhileBusy(async () => opened.exec(`pragma ${pragma}`));
    const connection = new LibsqlDatabase(opened, scheduler);
    const db = new Kysely<StoreTables>({ dialect: new SqliteDialect({ database: connection }) });
    await retryWhileBusy(() => migrate(db, null));
    // What a process that was killed has left in the write-ahead log.
    connection.checkpoint();
    // The file belongs to one process: what another one has left without an outcome was interrupted.
    const openedAt = now();
    const describeOutage = (error: unknown): string | null => (isSqliteOutage(error) ? describeSqliteError(error, path) : null);
    const watched = new Database(db, (access, job) => availability.watch(access, describeOutage, () => retryWhileBusy(job)));
    return new SqlStore(watched, { now, retentionMs, interruptedBefore: () => openedAt });
  } catch (error) {
    database?.close();
    throw new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error, path)}.`, { cause: error });
  }
}

/** Throws a StoreError when the store cannot be used. It creates no database, and changes nothing in one. */
export async function checkSqliteStore(path: string): Promise<void> {
  let database: Libsql.Database | null = null;
  try {
    const exists = existsSync(path);
    if (exists) closeSync(openSync(path, 'r+'));
    checkFolder(path, exists);
    if (!exists) return;
    const opened = new Libsql(path);
    database = opened;
    opened.exec('pragma busy_timeout = 1');
    const db = new Kysely<StoreTables>({ dialect: new SqliteDialect({ database: new LibsqlDatabase(opened, timerScheduler) }) });
    await retryWhileBusy(() => tryMigrate(db, null));
  } catch (error) {
    throw new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error, path)}.`, { cause: error });
  } finally {
    database?.close();
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
    const database = new Libsql(path, { readonly: true });
    try {
      const file = openSync(target, 'wx', 0o600);
      isCreated = true;
      await retryWhileBusy(async () => void database.prepare('vacuum into ?').run(target));
      // SQLite does not wait until a copy is on the disk.
      fsyncSync(file);
      closeSync(file);
      checkCopy(target);
    } finally {
      database.close();
    }
  } catch (error) {
    if (isCreated) rmSync(target, { force: true });
    const why = findErrorCode(error) === 'EEXIST' ? 'there is a file of this name' : describeSqliteError(error, target);
    throw new StoreError(`The store ${path} was not copied to ${target}: ${why}.`, { cause: error });
  }
}

function checkCopy(target: string): void {
  const copy = new Libsql(target, { readonly: true });
  try {
    const [result] = copy.prepare('pragma quick_check(1)').all();
    if (!isJsonObject(result) || result['quick_check'] !== 'ok') throw new StoreError('the copy is damaged');
  } finally {
    copy.close();
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
  return Object.values<number | null>(resultCodes).includes(findResultCode(error));
}

function describeSqliteError(error: unknown, path: string): string {
  if (error instanceof StoreError) return error.message;
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

/** Adapts libsql to the interface of SQLite that Kysely expects, and moves what is written into the named file. */
class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Libsql.Database;
  readonly #scheduler: Scheduler;
  #cancelCheckpoint: Cancel | null = null;

  constructor(database: Libsql.Database, scheduler: Scheduler) {
    this.#database = database;
    this.#scheduler = scheduler;
  }

  prepare(statement: string): SqliteStatement {
    const replacement = transactionStatements.get(statement);
    return replacement === undefined ? this.#database.prepare(statement) : this.#execute(replacement);
  }

  /**
   * Moves the write-ahead log, at most about 4 MB, into the file and empties it. It does not wait for other processes:
   * while one reads, the log stays as it is until the next checkpoint.
   */
  checkpoint(): void {
    this.#tryPragma('wal_checkpoint(TRUNCATE)');
  }

  /** Leaves one file that holds everything: outside this mode there is no write-ahead log. */
  close(): void {
    this.#cancelCheckpoint?.();
    this.checkpoint();
    this.#tryPragma('journal_mode = DELETE');
    this.#database.close();
  }

  #execute(statement: string): SqliteStatement {
    const run = (): { changes: number; lastInsertRowid: number } => {
      // A full disk rolls the transaction back by itself. A failing rollback must not hide that error.
      if (statement !== 'rollback' || this.#database.inTransaction) this.#database.exec(statement);
      if (statement === 'commit') this.#scheduleCheckpoint();
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run, all: () => [], iterate: () => [].values() };
  }

  #scheduleCheckpoint(): void {
    this.#cancelCheckpoint ??= this.#scheduler.after(checkpointMs, () => {
      this.#cancelCheckpoint = null;
      this.checkpoint();
    });
  }

  /** Another process may be using the file, or the disk may be full; then everything stays in the log, where it is safe. */
  #tryPragma(pragma: string): void {
    try {
      this.#database.exec(`pragma ${pragma}`);
    } catch {
      // Whatever it was, nothing is lost, and a write reports it too.
    }
  }
}

/**
 * A transaction takes the write lock when it begins, so that no statement in it can find the file busy: in libsql such
 * a statement stays open until it is garbage-collected, and nothing can be committed until then. `exec` leaves no
 * statement open.
 */
const transactionStatements: ReadonlyMap<string, string> = new Map([
  ['begin', 'begin immediate'],
  ['commit', 'commit'],
  ['rollback', 'rollback'],
]);

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
