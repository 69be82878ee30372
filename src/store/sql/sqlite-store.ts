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
 * A commit is on the disk when it returns, not only in the cache of the system. While the driver waits for a lock the process does
 * nothing else, so it hardly waits; what it fails at is tried again.
 */
const pragmas = ['busy_timeout = 1', 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'];

/** Opens the store in a file, which is created where there is none. Throws a StoreError when it cannot be used. */
export async function openSqliteStore(path: string, retentionMs: number, { now }: StoreEnvironment): Promise<Store> {
  let database: Libsql.Database | null = null;
  try {
    // The journal says who did what: it is for the user of the process alone.
    closeSync(openSync(path, 'a', 0o600));
    const opened = new Libsql(path);
    database = opened;
    for (const pragma of pragmas) await retryWhileBusy(async () => opened.exec(`pragma ${pragma}`), isBusy);
    const db = new Kysely<StoreTables>({ dialect: new SqliteDialect({ database: new LibsqlDatabase(opened) }) });
    await retryWhileBusy(() => migrate(db, null), isBusy);
    // The file belongs to one process: what another has left without an outcome was cut off.
    const openedAt = now();
    return new SqlStore(new Database(db, (job) => retryWhileBusy(job, isBusy)), { now, retentionMs, interruptedBefore: () => openedAt });
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

/**
 * libsql as kysely knows SQLite. A transaction takes the lock for writing when it begins, so that nothing in it can find the file
 * busy: a statement of libsql that fails so stays open until it is collected, and no transaction can be committed meanwhile.
 * `exec` leaves nothing open.
 */
export class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Libsql.Database;

  constructor(database: Libsql.Database) {
    this.#database = database;
  }

  prepare(statement: string): SqliteStatement {
    const own = transactionStatements.get(statement);
    return own === undefined ? this.#database.prepare(statement) : this.#execute(own);
  }

  close(): void {
    this.#database.close();
  }

  #execute(statement: string): SqliteStatement {
    const run = (): { changes: number; lastInsertRowid: number } => {
      // A full disk rolls a transaction back by itself; that there is none left must not hide why.
      if (statement !== 'rollback' || this.#database.inTransaction) this.#database.exec(statement);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run, all: () => [], iterate: () => [].values() };
  }
}

const transactionStatements: ReadonlyMap<string, string> = new Map([
  ['begin', 'begin immediate'],
  ['commit', 'commit'],
  ['rollback', 'rollback'],
]);

/** What is busy for longer than this, in milliseconds, is given up: whoever waits is told so. */
const maxBusyMs = 2_000;

/** Milliseconds between two tries, while the process does other things. */
const busyRetryMs = 20;

/** Runs a job, again while it fails for a reason that passes by itself. */
export async function retryWhileBusy<Value>(job: () => Promise<Value>, isPassing: (error: unknown) => boolean): Promise<Value> {
  const begun = performance.now();
  for (;;) {
    try {
      return await job();
    } catch (error) {
      if (!isPassing(error) || performance.now() - begun >= maxBusyMs) throw error;
    }
    await setTimeout(busyRetryMs);
  }
}
