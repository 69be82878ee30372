import { Kysely, PostgresDialect } from 'kysely';

import { refuseTransactionPooling } from '../postgres/pooling-mode.js';
import { PostgresConnector, type PostgresLocation } from '../postgres/postgres-connector.js';
import { describePostgresError, describePostgresOutage, isReadOnly } from '../postgres/postgres-errors.js';
import { PostgresPool } from '../postgres/postgres-pool.js';
import { type InspectedStore, type PostgresStoreSettings, type Store, type StoreEnvironment, StoreError } from '../store.js';
import { Database } from './database.js';
import { checkVersion, migrate, tryMigrate } from './migrations.js';
import { SqlAudit } from './sql-audit.js';
import { SqlStore } from './sql-store.js';
import { readOrCreateStoreId } from './store-identity.js';
import type { StoreTables } from './tables.js';

const maxConnections = 5;

/**
 * Deadline of a connection attempt and of a statement, in milliseconds. It is longer than that of replication, which
 * has to notice early that the database is away.
 */
const timeoutMs = 5_000;

/** After so many milliseconds the operator is told why the gateway does not listen yet. */
const longMigrationMs = 1_000;

/** A connection is not used again after this long, in milliseconds, where the configuration says nothing. */
const defaultMaxLifetimeMs = 1_800_000;

/**
 * An action without an outcome after this long, in milliseconds, is interrupted; a younger one may be in flight in
 * another process.
 */
const maxInFlightMs = 3_600_000;

/** Key of the advisory lock for migrations. Any number will do that no other program uses in this database. */
const migrationLock = 7_421_862_114;
const lockMigrations = `select pg_advisory_xact_lock(${migrationLock})`;

/** Opens the store in a PostgreSQL database. Throws a StoreError, without the password, when it cannot be used. */
export async function openPostgresStore(
  settings: PostgresStoreSettings & { readonly retentionMs: number },
  { now, scheduler, availability, onLongMigration, onNewStore }: StoreEnvironment,
): Promise<Store> {
  const { retentionMs, maxLifetimeMs = defaultMaxLifetimeMs } = settings;
  const connector = new PostgresConnector(settings, { applicationName: 'tributary', timeoutMs, settings: {} });
  const pool = new PostgresPool(connector, { maxConnections, maxLifetimeMs });
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseTransactionPooling(settings, timeoutMs);
    const cancel = scheduler.after(longMigrationMs, () => onLongMigration?.());
    if ((await migratePatiently(settings).finally(cancel)) === 'new') onNewStore?.();
    const storeId = await readOrCreateStoreId(db);
    return new SqlStore(watch(db, availability), { now, retentionMs, storeId, interruptedBefore: () => now() - maxInFlightMs });
  } catch (error) {
    await db.destroy();
    throw describeUnusable(connector.display, error);
  }
}

/** Opens a store for reading its audit trail, beside gateways that may use it. */
export async function inspectPostgresStore(
  location: PostgresLocation,
  { availability }: Pick<StoreEnvironment, 'availability'>,
): Promise<InspectedStore> {
  const connector = new PostgresConnector(location, { applicationName: 'tributary audit', timeoutMs, settings: {} });
  const pool = new PostgresPool(connector, { maxConnections: 1, maxLifetimeMs: defaultMaxLifetimeMs });
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await checkVersion(db);
    return { audit: new SqlAudit(watch(db, availability)), problem: null, close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    throw describeUnusable(connector.display, error);
  }
}

function watch(db: Kysely<StoreTables>, availability: StoreEnvironment['availability']): Database {
  return new Database(db, (access, job) => availability.watch(access, describePostgresOutage, () => retryOnNewPrimary(job)));
}

/**
 * Migrates on a connection of its own, which has no deadlines: a migration may rewrite every task, or wait for the
 * process that does.
 */
async function migratePatiently(location: PostgresLocation): Promise<'new' | 'existing'> {
  const connector = new PostgresConnector(location, { applicationName: 'tributary migration', timeoutMs, isPatient: true, settings: {} });
  const pool = new PostgresPool(connector, { maxConnections: 1, maxLifetimeMs: defaultMaxLifetimeMs });
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await migrate(db, lockMigrations);
  } finally {
    await db.destroy();
  }
}

/** Throws a StoreError when the store cannot be used. It changes nothing in the database. */
export async function checkPostgresStore(location: PostgresLocation): Promise<void> {
  const connector = new PostgresConnector(location, { applicationName: 'tributary check', timeoutMs, settings: {} });
  const pool = new PostgresPool(connector, { maxConnections: 1, maxLifetimeMs: defaultMaxLifetimeMs });
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseTransactionPooling(location, timeoutMs);
    await tryMigrate(db, lockMigrations, (update) => `explain ${update}`);
  } catch (error) {
    throw describeUnusable(connector.display, error);
  } finally {
    await db.destroy();
  }
}

function describeUnusable(display: string, error: unknown): StoreError {
  return new StoreError(`The store ${display} cannot be used: ${describePostgresError(error)}.`, { cause: error });
}

/**
 * Runs a job again that met a server which takes no writes any more: nothing of it was done, and the next connection
 * leads to the new primary, if there is one.
 */
async function retryOnNewPrimary<Value>(job: () => Promise<Value>): Promise<Value> {
  try {
    return await job();
  } catch (error) {
    if (!isReadOnly(error)) throw error;
    return job();
  }
}
