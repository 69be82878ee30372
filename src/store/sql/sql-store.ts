import { sql } from 'kysely';

import { formatTaskId } from '../../model/global-id.js';
import { buildTrackingEntries } from '../audit-entries.js';
import { idempotencyRetentionMs } from '../idempotency-store.js';
import type { Store, TrackingRequest, TrackingStore } from '../store.js';
import { type Database, replaceNulCharacters } from './database.js';
import { SqlActionJournal } from './sql-action-journal.js';
import { AuditedDatabase, SqlAudit } from './sql-audit.js';
import { SqlHistory } from './sql-history.js';
import { SqlIdempotencyStore } from './sql-idempotency-store.js';

interface SqlStoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long actions and forgotten tasks are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Of the database that was opened; actions are recorded in no other. */
  readonly storeId: string;
  /** An action recorded before this time, in milliseconds since 1970, and without an outcome was interrupted. */
  readonly interruptedBefore: () => number;
}

/** An action with the longest reason, and its entries in the audit trail, take about as many bytes. */
const probeBytes = 8_192;

/** The tables in which an action is recorded. */
const actionTables = ['tributary_action', 'tributary_audit', 'tributary_hold', 'tributary_idempotency_key'] as const;

/** A store in a database. Whatever it has acknowledged is on the disk of the database. */
export class SqlStore implements Store {
  readonly tracking: TrackingStore;
  readonly actions: SqlActionJournal;
  readonly idempotency: SqlIdempotencyStore;
  readonly history: SqlHistory;
  readonly audit: SqlAudit;
  readonly #database: Database;
  readonly #audited: AuditedDatabase;
  readonly #options: SqlStoreOptions;

  constructor(database: Database, options: SqlStoreOptions) {
    this.#audited = new AuditedDatabase(database, options.storeId);
    this.tracking = new SqlTracking(database, this.#audited, options.now);
    this.actions = new SqlActionJournal(database, this.#audited, options.interruptedBefore);
    this.idempotency = new SqlIdempotencyStore(database);
    this.history = new SqlHistory(database, this.#audited);
    this.audit = new SqlAudit(database);
    this.#database = database;
    this.#options = options;
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const now = this.#options.now();
    const since = now - this.#options.retentionMs;
    await this.#database.write(async (db) => {
      await this.#audited.refuseOtherDatabase(db);
      await db.deleteFrom('tributary_action').where('recorded_at', '<', since).execute();
      await db
        .deleteFrom('tributary_idempotency_key')
        .where('claimed_at', '<=', now - idempotencyRetentionMs)
        .execute();
      const old = db
        .selectFrom('tributary_task')
        .select('task_id')
        .where(({ or, and, eb }) =>
          or([eb('gone_at', '<', since), and([eb('source_name', 'not in', sourceNames), eb('observed_at', '<', since)])]),
        );
      await db.deleteFrom('tributary_task_change').where('task_id', 'in', old).execute();
      await db.deleteFrom('tributary_task').where('task_id', 'in', old).execute();
      await db.deleteFrom('tributary_hold').where('until', '<=', now).execute();
    });
  }

  async probe(): Promise<void> {
    const value = 'x'.repeat(probeBytes);
    await this.#database.write(async (db) => {
      await this.#audited.refuseOtherDatabase(db);
      await db
        .insertInto('tributary_setting')
        .values({ name: 'probe', value })
        .onConflict((same) => same.column('name').doUpdateSet({ value }))
        .execute();
      // These insert nothing, but fail as an action would where a table or the right to write to it is missing.
      for (const table of actionTables) {
        await sql`insert into ${sql.table(table)} select * from ${sql.table(table)} where 1 = 0`.execute(db);
      }
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

class SqlTracking implements TrackingStore {
  readonly #database: Database;
  readonly #audited: AuditedDatabase;
  readonly #now: () => number;

  constructor(database: Database, audited: AuditedDatabase, now: () => number) {
    this.#database = database;
    this.#audited = audited;
    this.#now = now;
  }

  async readTrackedIds(sourceName: string): Promise<readonly string[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_tracked')
        .select('local_id')
        .where('source_name', '=', sourceName)
        .orderBy('tracked_at')
        .orderBy('local_id')
        .execute(),
    );
    return rows.map((row) => row.local_id);
  }

  async track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void> {
    const row = { source_name: sourceName, local_id: sourceTaskId, tracked_at: this.#now() };
    await this.#audited.write(async (db, append) => {
      await db
        .insertInto('tributary_tracked')
        .values(row)
        .onConflict((same) => same.columns(['source_name', 'local_id']).doNothing())
        .execute();
      if (by !== undefined) await append(buildTrackingEntries('TRACK', sourceName, sourceTaskId, by));
    });
  }

  async untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean> {
    const id = replaceNulCharacters(formatTaskId(sourceName, sourceTaskId));
    return this.#audited.write(async (db, append) => {
      await db.deleteFrom('tributary_task').where('task_id', '=', id).execute();
      await db.deleteFrom('tributary_task_change').where('task_id', '=', id).execute();
      const { numDeletedRows } = await db
        .deleteFrom('tributary_tracked')
        .where('source_name', '=', sourceName)
        .where('local_id', '=', sourceTaskId)
        .executeTakeFirst();
      const wasTracked = numDeletedRows > 0n;
      if (wasTracked && by !== undefined) await append(buildTrackingEntries('UNTRACK', sourceName, sourceTaskId, by));
      return wasTracked;
    });
  }
}
