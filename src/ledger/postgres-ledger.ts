import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

import type { Ledger } from '../task/ledger.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerTables } from './ledger-tables.js';
import { migrate } from './migrate.js';
import { SqlLedger } from './sql-ledger.js';

const maxConnections = 5;

/** For a connection and for a statement: longer than this, in milliseconds, nobody waits for the database. */
const timeoutMs = 5_000;

/** An action without an outcome after this long, in milliseconds, is of a process that died; a younger one may be under way in another. */
const underWayMs = 3_600_000;

/** Any number will do, as long as no other program takes the same lock in this database. */
const startLock = 7_421_862_114;

export interface PostgresLedgerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the journal is kept. */
  readonly keepMs: number;
  /** What goes wrong while nobody waits, for the log. */
  readonly report: (error: unknown) => void;
}

/** Opens the ledger in a PostgreSQL database. Throws a LedgerError, without the password, when it cannot be used. */
export async function openPostgresLedger(url: string, { now, keepMs, report }: PostgresLedgerOptions): Promise<Ledger> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tributary',
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    types: { getTypeParser },
  });
  // An idle connection that breaks is replaced when the next one is needed. The driver hangs its whole state on the error.
  pool.on('error', ({ message }) => report(new Error(`A connection to the store has broken: ${message}`)));
  // One that is in use tells whoever uses it, and besides emits what would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, `select pg_advisory_xact_lock(${startLock})`);
    return new SqlLedger({ db, now, keepMs, attempt: (job) => job(), cutOffBefore: () => now() - underWayMs });
  } catch (error) {
    await db.destroy();
    throw new LedgerError(`The store ${placeOf(url)} cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Instants are bigint, which the driver gives as text; in milliseconds they are exact as numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);
}

/** Host and database; user, password and parameters stay out. */
function placeOf(url: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' };
  return `postgres://${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof LedgerError) return error.message;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT') return `the server cannot be reached (${code})`;
  if (code === '28P01' || code === '28000') return 'the server refuses the user or the password';
  if (code === '3D000') return 'there is no such database';
  if (code === '42501') return 'the user may not make or change its tables';
  return String(error);
}
