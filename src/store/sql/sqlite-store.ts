import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import Libsql from 'libsql';

import { findErrorCode } from '../../model/errors.js';
import { type Store, type StoreEnvironment, StoreError } from '../store.js';
import { Database } from './database.js';
import { migrate } from './migrations.js';
import { SqlStore } from './sql-store.js';
import type { StoreTables } from './tables.js';

/**
 * synchronous = FULL: a commit is on the disk when it returns, not only in the cache of the operating system.
 * busy_timeout = 1: the driver blocks the event loop while it waits for a lock, so it gives up after a millisecond and
 * `retryWhileBusy` tries again.
 */
const pragmas = ['busy_timeout = 1', 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'];

/** Opens the store in a file, which is created where there is none. Throws a StoreError when it cannot be used. */
export async function openSqliteStore(path: string, retentionMs: number, { now }: StoreEnvironment): Promise<Store> {
  let database: Libsql.Database | null = null;
  try {
    // The journal says who did what, so only the user of the process may read it.
    closeSync(openSync(path, 'a', 0o600));
    const opened = new Libsql(path);
    database = opened;
    for (const pragma of pragmas) await retryWhileBusy(async () => opened.exec(`pragma ${pragma}`));
    const db = new Kysely<StoreTables>({ dialect: new SqliteDialect({ database: new LibsqlDatabase(opened) }) });
    await retryWhileBusy(() => migrate(db, null));
    // The file belongs to one process: what another one has left without an outcome was interrupted.
    const openedAt = now();
    return new SqlStore(new Database(db, retryWhileBusy), { now, retentionMs, interruptedBefore: () => openedAt });
  } catch (error) {
    database?.close();
    throw new StoreError(`The store ${path} cannot be used: ${describeSqliteError(error)}.`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  const code = findErrorCode(error) ?? '';
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

function describeSqliteError(error: unknown): string {
  const code = findErrorCode(error);
  if (error instanceof StoreError) return error.message;
  if (isBusy(error)) return 'another process has locked it';
  if (code === 'SQLITE_NOTADB') return 'it is no SQLite database';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'the disk is full';
  if (code === 'SQLITE_READONLY' || code === 'EACCES' || code === 'EROFS') return 'it cannot be written';
  if (code === 'ENOENT') return 'its folder is not there';
  if (code === 'EISDIR') return 'it is a folder';
  return String(error);
}

/** Adapts libsql to the interface of SQLite that Kysely expects. */
class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Libsql.Database;

  constructor(database: Libsql.Database) {
    this.#database = database;
  }

  prepare(statement: string): SqliteStatement {
    const replacement = transactionStatements.get(statement);
    return replacement === undefined ? this.#database.prepare(statement) : this.#execute(replacement);
  }

  close(): void {
    this.#database.close();
  }

  #execute(statement: string): SqliteStatement {
    const run = (): { changes: number; lastInsertRowid: number } => {
      // A full disk rolls the transaction back by itself. A failing rollback must not hide that error.
      if (statement !== 'rollback' || this.#database.inTransaction) this.#database.exec(statement);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run, all: () => [], iterate: () => [].values() };
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
