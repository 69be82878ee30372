import { type Kysely, sql } from 'kysely';

import { LedgerError } from './ledger-error.js';
import type { LedgerTables } from './ledger-tables.js';
import { migrations } from './migrations.js';

/**
 * Brings a database to the version of this program, in one transaction; `lock` keeps every other process that starts now waiting,
 * where beginning a transaction does not. Throws a LedgerError when the database is of a newer version.
 */
export async function migrate(db: Kysely<LedgerTables>, lock: string | null): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (lock !== null) await sql.raw(lock).execute(transaction);
    await migrateInside(transaction);
  });
}

async function migrateInside(db: Kysely<LedgerTables>): Promise<void> {
  await sql`create table if not exists tributary_schema (version bigint primary key)`.execute(db);
  const { version } = await db
    .selectFrom('tributary_schema')
    .select(({ fn, val }) => fn.coalesce(fn.max('version'), val(0)).as('version'))
    .executeTakeFirstOrThrow();
  if (version > migrations.length) {
    throw new LedgerError(`it is of version ${version}, made by a newer Tributary; this one knows versions up to ${migrations.length}`);
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    for (const statement of statements) await sql.raw(statement).execute(db);
    await db
      .insertInto('tributary_schema')
      .values({ version: index + 1 })
      .execute();
  }
}
