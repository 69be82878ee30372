import { randomBytes } from 'node:crypto';

import type { TaskActionOutcome } from '../../model/action.js';
import { formatTaskId } from '../../model/global-id.js';
import type { TaskActionRecord } from '../../model/history.js';
import type { ActionIntent, ActionRefusal, InterruptedAction, TaskLock, TaskLockClaim } from '../action-journal.js';
import { buildTrackingEntries } from '../audit-entries.js';
import type { AuditReason, AuditTrail, CountedRefusals } from '../audit-trail.js';
import type { HistoryStore } from '../history-store.js';
import {
  type IdempotencyClaim,
  type IdempotencyClaimRequest,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetentionMs,
} from '../idempotency-record.js';
import type { Store, TrackingRequest } from '../store.js';
import { Database, type DatabaseOptions, replaceNulCharacters } from './database.js';
import { SqlActionJournal, SqlTaskLocks } from './sql-action-journal.js';
import { SqlAudit } from './sql-audit.js';
import { SqlHistory } from './sql-history.js';
import { SqlIdempotencyStore } from './sql-idempotency.js';

export interface SqlStoreOptions extends DatabaseOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the journal is kept, and tasks that are gone. */
  readonly retentionMs: number;
  /** What was recorded earlier, in milliseconds since 1970, and has no outcome will get none from whoever sent it. */
  readonly interruptedBefore: () => number;
}

/** A ledger in a database; whatever is acknowledged is on its disk. */
export class SqlStore implements Store {
  readonly audit: AuditTrail;
  readonly history: HistoryStore;
  readonly #options: SqlStoreOptions;
  readonly #database: Database;
  readonly #journal: SqlActionJournal;
  readonly #answers: SqlIdempotencyStore;
  readonly #holds: SqlTaskLocks;

  constructor(options: SqlStoreOptions) {
    this.#options = options;
    this.#database = new Database(options);
    this.#journal = new SqlActionJournal(this.#database, options.interruptedBefore);
    this.#answers = new SqlIdempotencyStore(this.#database);
    this.#holds = new SqlTaskLocks(this.#database);
    this.audit = new SqlAudit(this.#database);
    this.history = new SqlHistory(this.#database);
  }

  async trackedIds(sourceName: string): Promise<readonly string[]> {
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
    const row = { source_name: sourceName, local_id: sourceTaskId, tracked_at: this.#options.now() };
    await this.#database.write(async (db) => {
      await db
        .insertInto('tributary_tracked')
        .values(row)
        .onConflict((same) => same.columns(['source_name', 'local_id']).doNothing())
        .execute();
      if (by !== undefined) await SqlAudit.append(buildTrackingEntries('TRACK', sourceName, sourceTaskId, by), db);
    });
  }

  async untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean> {
    const id = replaceNulCharacters(formatTaskId(sourceName, sourceTaskId));
    return this.#database.write(async (db) => {
      await db.deleteFrom('tributary_task').where('task_id', '=', id).execute();
      await db.deleteFrom('tributary_task_change').where('task_id', '=', id).execute();
      const { numDeletedRows } = await db
        .deleteFrom('tributary_tracked')
        .where('source_name', '=', sourceName)
        .where('local_id', '=', sourceTaskId)
        .executeTakeFirst();
      const wasTracked = numDeletedRows > 0n;
      if (wasTracked && by !== undefined) await SqlAudit.append(buildTrackingEntries('UNTRACK', sourceName, sourceTaskId, by), db);
      return wasTracked;
    });
  }

  recordIntent(intent: ActionIntent): Promise<string> {
    return this.#journal.recordIntent(intent);
  }

  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly AuditReason[]): Promise<void> {
    return this.#journal.recordOutcome(auditId, outcome, at, because);
  }

  recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    return this.#journal.recordRefusals(refusals);
  }

  recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    return this.#journal.recordCountedRefusals(counted, at);
  }

  lockTask(hold: TaskLockClaim): Promise<TaskLock | null> {
    return this.#holds.lock(hold);
  }

  unlockTask(taskId: string, auditId: string): Promise<void> {
    return this.#holds.unlock(taskId, auditId);
  }

  interruptedActions(): Promise<readonly InterruptedAction[]> {
    return this.#journal.interruptedActions();
  }

  reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    return this.#journal.reconcileAction(auditId, outcome, at);
  }

  readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    return this.#journal.readActions(taskIds);
  }

  async inputHashKey(): Promise<Uint8Array> {
    const setting = { name: 'inputHashKey', value: randomBytes(32).toString('base64') };
    const { value } = await this.#database.write(async (db) => {
      await db
        .insertInto('tributary_setting')
        .values(setting)
        .onConflict((same) => same.column('name').doNothing())
        .execute();
      return db.selectFrom('tributary_setting').select('value').where('name', '=', setting.name).executeTakeFirstOrThrow();
    });
    return Buffer.from(value, 'base64');
  }

  claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim> {
    return this.#answers.claim(key, request);
  }

  saveIdempotencyRecord(claimId: string, answer: IdempotencyRecord): Promise<void> {
    return this.#answers.save(claimId, answer);
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const now = this.#options.now();
    const since = now - this.#options.retentionMs;
    await this.#database.write(async (db) => {
      await db.deleteFrom('tributary_action').where('recorded_at', '<', since).execute();
      await db
        .deleteFrom('tributary_answer')
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

  close(): Promise<void> {
    return this.#database.close();
  }
}
