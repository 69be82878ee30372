import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

import { findErrorCode } from '../../model/errors.js';
import { type Store, type StoreEnvironment, StoreError } from '../store.js';
import { Database } from './database.js';
import { migrate } from './migrations.js';
import { SqlStore } from './sql-store.js';
import type { StoreTables } from './tables.js';

const maxConnections = 5;

/**
 * Deadline of a connection attempt and of a statement, in milliseconds. It is longer than that of replication, which
 * has to notice early that the database is away.
 */
const timeoutMs = 5_000;

/**
 * An action without an outcome after this long, in milliseconds, is interrupted; a younger one may be in flight in
 * another process.
 */
const maxInFlightMs = 3_600_000;

/** Key of the advisory lock for migrations. Any number will do that no other program uses in this database. */
const migrationLock = 7_421_862_114;

/** Opens the store in a PostgreSQL database. Throws a StoreError, without the password, when it cannot be used. */
export async function openPostgresStore(url: string, retentionMs: number, { now, report }: StoreEnvironment): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tributary',
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    types: { getTypeParser },
  });
  // A broken idle connection is replaced when the next one is needed. Only the message is reported, as the driver
  // attaches its state to the error.
  pool.on('error', ({ message }) => report(new Error(`A connection to the store has broken: ${message}`)));
  // A connection in use rejects its query and also emits an error, which would end the process without a listener.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, `select pg_advisory_xact_lock(${migrationLock})`);
    const database = new Database(db, (job) => job());
    return new SqlStore(database, { now, retentionMs, interruptedBefore: () => now() - maxInFlightMs });
  } catch (error) {
    await db.destroy();
    throw new StoreError(`The store ${describeDatabase(url)} cannot be used: ${describePostgresError(error)}.`, { cause: error });
  }
}

/** The driver returns bigint as text. Times in milliseconds are exact as numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);
}

/** Host and database, without user, password and parameters. */
function describeDatabase(url: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' };
  return `postgres://${host}${pathname}`;
}

function describePostgresError(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  const code = findErrorCode(error);
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT') return `the server cannot be reached (${code})`;
  if (code === '28P01' || code === '28000') return 'the server refuses the user or the password';
  if (code === '3D000') return 'there is no such database';
  if (code === '42501') return 'the user may not make or change its tables';
  return String(error);
}
