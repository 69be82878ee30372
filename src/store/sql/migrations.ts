import { type Kysely, sql } from 'kysely';

import { StoreError } from '../store.js';
import type { StoreTables } from './tables.js';

/**
 * Migrates a database to the version of this program, in one transaction. `lock` makes other processes that start at
 * the same time wait, where beginning a transaction does not. Throws a StoreError when the database is of a newer
 * version. Tells whether the store has begun with it.
 *
 * Why not the Migrator of Kysely: on SQLite it runs without a transaction and without a lock, so that a process that is
 * killed leaves a half-migrated database, and two processes that start at the same time both migrate. It would also
 * need tables of its own beside tributary_schema, which records the migrations of all existing databases.
 */
export async function migrate(db: Kysely<StoreTables>, lock: string | null): Promise<'new' | 'existing'> {
  return db.transaction().execute(async (transaction) => {
    if (lock !== null) await sql.raw(lock).execute(transaction);
    return runPendingMigrations(transaction);
  });
}

/**
 * Does the same and takes it back, to find out whether it would succeed. Rows are not rewritten, which could take minutes
 * and would keep a running gateway from them. `insteadOfUpdate`: the statement with which the database says whether it could.
 */
export async function tryMigrate(db: Kysely<StoreTables>, lock: string | null, insteadOfUpdate: InsteadOfUpdate): Promise<void> {
  const rollback = new Error('Nothing is kept.');
  try {
    await db.transaction().execute(async (transaction) => {
      if (lock !== null) await sql.raw(lock).execute(transaction);
      await runPendingMigrations(transaction, (statement) => (statement.startsWith('update ') ? insteadOfUpdate(statement) : statement));
      throw rollback;
    });
  } catch (error) {
    if (error !== rollback) throw error;
  }
}

type InsteadOfUpdate = (update: string) => string;

/** Throws a StoreError unless the database is of the version of this program. */
export async function checkVersion(db: Kysely<StoreTables>): Promise<void> {
  const version = await readVersion(db);
  if (version < migrations.length) {
    throw new StoreError(
      `it is of version ${version}, made by an earlier Tributary; start the gateway of this version once, which migrates it`,
    );
  }
}

/** Whether the database is of the version of this program. Throws a StoreError when it is of a newer one. */
export async function isMigrated(db: Kysely<StoreTables>): Promise<boolean> {
  return (await readVersion(db)) === migrations.length;
}

/** Throws a StoreError when the database is of a newer version. */
async function readVersion(db: Kysely<StoreTables>): Promise<number> {
  const { version } = await db
    .selectFrom('tributary_schema')
    .select(({ fn, val }) => fn.coalesce(fn.max('version'), val(0)).as('version'))
    .executeTakeFirstOrThrow();
  if (version > migrations.length) throw new StoreError(describeNewerVersion(version));
  return version;
}

export function describeNewerVersion(version: number): string {
  return `it is of version ${version}, made by a newer Tributary; this one knows versions up to ${migrations.length}`;
}

async function runPendingMigrations(
  db: Kysely<StoreTables>,
  adapt = (statement: string): string => statement,
): Promise<'new' | 'existing'> {
  await sql`create table if not exists tributary_schema (version bigint primary key)`.execute(db);
  const version = await readVersion(db);
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    for (const statement of statements) await sql.raw(adapt(statement)).execute(db);
    await db
      .insertInto('tributary_schema')
      .values({ version: index + 1 })
      .execute();
  }
  return version === 0 ? 'new' : 'existing';
}

/**
 * In SQL that both databases understand. The version of a database is the number of migrations that it has been
 * through. A released migration is never changed; another one follows it.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    'create table tributary_setting (name text primary key, value text not null)',
    `create table tributary_tracked (
      source_name text not null, local_id text not null, tracked_at bigint not null, primary key (source_name, local_id))`,
    `create table tributary_action (
      audit_id text primary key, caller text not null, mutation text not null, action text not null, task_id text not null,
      reason text, recorded_at bigint not null, outcome text, outcome_at bigint)`,
    'create index tributary_action_recorded_at on tributary_action (recorded_at)',
    `create table tributary_answer (
      name text primary key, claim_id text not null, claimed_at bigint not null, input_hash text not null,
      audit_id text, outcome text, errors text)`,
    'create unique index tributary_answer_claim_id on tributary_answer (claim_id)',
    'create index tributary_answer_claimed_at on tributary_answer (claimed_at)',
  ],
  [
    // An action that was in flight before this column existed may have been sent, and the status that it was sent from
    // is not known.
    'alter table tributary_action add column sent_from text',
    "update tributary_action set sent_from = 'UNKNOWN' where outcome is null",
    'create index tributary_action_task_id on tributary_action (task_id, recorded_at)',
    `create table tributary_task (
      task_id text primary key, source_name text not null, local_id text not null, parent_id text, digest text not null,
      state text not null, payload text, operation text, status text not null, source_status text, created_at bigint,
      finished_at bigint, duration_ms bigint, observed_at bigint not null, gone_at bigint, change_count bigint not null)`,
    'create index tributary_task_gone on tributary_task (source_name, gone_at)',
    'create index tributary_task_parent on tributary_task (source_name, parent_id)',
    'create index tributary_task_work on tributary_task (source_name, operation, finished_at)',
    `create table tributary_task_change (
      task_id text not null, position bigint not null, status text not null, source_status text, at bigint not null,
      primary key (task_id, position))`,
  ],
  [
    'create table tributary_hold (task_id text primary key, audit_id text not null, sent_from text not null, is_over bigint not null, until bigint not null)',
    // For several processes with one database: the tasks that they share, and the subscription interest of each.
    'create table tributary_shared_source (source_name text primary key, version bigint not null, health text, is_listed bigint)',
    `create table tributary_shared_task (
      source_name text not null, local_id text not null, version bigint not null, asked_at bigint not null, digest text not null,
      kind text not null, is_listed bigint not null, state text, primary key (source_name, local_id))`,
    'create index tributary_shared_task_version on tributary_shared_task (source_name, version, local_id)',
    `create table tributary_interest (
      replica_id text not null, source_name text not null, wants text not null, until bigint not null,
      primary key (replica_id, source_name))`,
  ],
  [
    'create table tributary_audit (position bigint primary key, previous text not null, entry text not null, hash text not null)',
    `insert into tributary_setting (name, value) values ('auditHead', '0:${'0'.repeat(64)}')`,
  ],
  [
    // Keys from before this column belong to no caller until they expire.
    'alter table tributary_answer add column caller text',
    'create index tributary_answer_caller on tributary_answer (caller, claimed_at)',
  ],
  [
    // Renamed rather than copied, because a process of an earlier version may be writing to the table at the same time.
    'alter table tributary_answer rename to tributary_idempotency_key',
    'alter table tributary_idempotency_key rename column name to key_hash',
    'drop index tributary_answer_claim_id',
    'drop index tributary_answer_claimed_at',
    'drop index tributary_answer_caller',
    'create unique index tributary_idempotency_key_claim_id on tributary_idempotency_key (claim_id)',
    'create index tributary_idempotency_key_claimed_at on tributary_idempotency_key (claimed_at)',
    'create index tributary_idempotency_key_caller on tributary_idempotency_key (caller, claimed_at)',
  ],
  [
    // These durations counted from the creation, waiting and failed attempts included, where no start was reported.
    `update tributary_task set duration_ms = null where state like '%"startedAt":null%'`,
  ],
];
