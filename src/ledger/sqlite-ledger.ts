import { closeSync, openSync } from 'node:fs';

import { Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';

import type { Ledger } from '../task/ledger.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerTables } from './ledger-tables.js';
import { LibsqlDatabase } from './libsql-database.js';
import { migrate } from './migrate.js';
import { patiently } from './patience.js';
import { SqlLedger } from './sql-ledger.js';

/**
 * A commit is on the disk when it returns, not only in the cache of the system. While the driver waits for a lock the process does
 * nothing else, so it hardly waits; what it fails at is tried again.
 */
const pragmas = ['busy_timeout = 1', 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'];

export interface SqliteLedgerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the journal is kept. */
  readonly keepMs: number;
}

/** Opens the ledger in a file, which is made where there is none. Throws a LedgerError when it cannot be used. */
export async function openSqliteLedger(path: string, { now, keepMs }: SqliteLedgerOptions): Promise<Ledger> {
  let database: Libsql.Database | null = null;
  try {
    // The journal says who did what: it is for the user of the process alone.
    closeSync(openSync(path, 'a', 0o600));
    const opened = new Libsql(path);
    database = opened;
    for (const pragma of pragmas) await patiently(async () => opened.exec(`pragma ${pragma}`), isBusy);
    const db = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: new LibsqlDatabase(opened) }) });
    await patiently(() => migrate(db, null), isBusy);
    // The file belongs to one process: what another has left without an outcome was cut off.
    const openedAt = now();
    return new SqlLedger({ db, now, keepMs, attempt: (job) => patiently(job, isBusy), cutOffBefore: () => openedAt });
  } catch (error) {
    database?.close();
    throw new LedgerError(`The store ${path} cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY') || codeOf(error).startsWith('SQLITE_LOCKED');
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (error instanceof LedgerError) return error.message;
  if (isBusy(error)) return 'another process has locked it';
  if (code === 'SQLITE_NOTADB') return 'it is no SQLite database';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'the disk is full';
  if (code === 'SQLITE_READONLY' || code === 'EACCES' || code === 'EROFS') return 'it cannot be written';
  if (code === 'ENOENT') return 'its folder is not there';
  if (code === 'EISDIR') return 'it is a folder';
  return String(error);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
