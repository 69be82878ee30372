import { randomUUID } from 'node:crypto';

import type { ExpressionBuilder, Kysely } from 'kysely';

import { StoreOutageError } from '../store-availability.js';
import { describeNewerVersion, migrations } from './migrations.js';
import type { StoreTables } from './tables.js';

const settingName = 'storeId';

/** The random id that a database keeps, also in its copies; null before `readOrCreateStoreId` was called for it. */
export async function readStoreId(db: Kysely<StoreTables>): Promise<string | null> {
  const row = await db.selectFrom('tributary_setting').select('value').where('name', '=', settingName).executeTakeFirst();
  return row?.value ?? null;
}

export async function readOrCreateStoreId(db: Kysely<StoreTables>): Promise<string> {
  const existing = await readStoreId(db);
  if (existing !== null) return existing;
  const created = randomUUID();
  // Of several processes that start at the same time, one creates it.
  await db
    .insertInto('tributary_setting')
    .values({ name: settingName, value: created })
    .onConflict((same) => same.column('name').doNothing())
    .execute();
  return (await readStoreId(db)) ?? created;
}

/** What a transaction finds out about the database it runs in, beside something else that it reads. */
export function selectDatabaseState({ selectFrom }: Pick<ExpressionBuilder<StoreTables, 'tributary_setting'>, 'selectFrom'>) {
  return [
    selectFrom('tributary_setting as identity').select('identity.value').where('identity.name', '=', settingName).as('storeId'),
    selectFrom('tributary_schema')
      .select(({ fn }) => fn.max('version').as('version'))
      .as('version'),
  ] as const;
}

/**
 * Throws a StoreOutageError when the database is not the one that was opened, as when another server answers at its address, or
 * when a newer version of this program uses it by now.
 */
export function refuseOtherDatabase(storeId: string, found: { readonly storeId: string | null; readonly version: number | null }): void {
  if (found.storeId === null)
    throw new StoreOutageError('its content was removed; restore a backup, or start the gateway again to begin anew');
  if (found.storeId !== storeId) {
    throw new StoreOutageError(
      'another database answers in its place; bring the first one back, or start the gateway again to use the other',
    );
  }
  const version = found.version ?? 0;
  if (version > migrations.length) throw new StoreOutageError(`${describeNewerVersion(version)}; upgrade this gateway as well`);
}
