import { randomBytes } from 'node:crypto';

import { idempotencyRetentionMs } from '../task/act/idempotency-retention.js';
import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { AuditTrail } from '../task/audit/audit-trail.js';
import type { CountedRefusals } from '../task/audit/counted-refusals.js';
import type { ReasonWord } from '../task/audit/reason-word.js';
import type { TaskActionRecord } from '../task/history/action-record.js';
import type { History } from '../task/history/history.js';
import type {
  ActionIntent,
  ActionRefusal,
  AnswerClaim,
  AnswerKey,
  ClaimRequest,
  CutOffAction,
  KeptAnswer,
  Ledger,
  TaskHold,
  TaskHolder,
  TrackingRequest,
} from '../task/ledger.js';
import { taskIdOf } from '../task/model/id.js';
import { trackingEntries } from './audit-entries.js';
import { Database, type DatabaseOptions } from './database.js';
import { plainText } from './plain-text.js';
import { SqlAnswers } from './sql-answers.js';
import { SqlAudit } from './sql-audit.js';
import { SqlHolds } from './sql-holds.js';
import { SqlHistory } from './sql-history.js';
import { SqlJournal } from './sql-journal.js';

export interface SqlLedgerOptions extends DatabaseOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the journal is kept, and tasks that are gone. */
  readonly keepMs: number;
  /** What was recorded earlier, in milliseconds since 1970, and has no outcome will get none from whoever sent it. */
  readonly cutOffBefore: () => number;
}

/** A ledger in a database; whatever is acknowledged is on its disk. */
export class SqlLedger implements Ledger {
  readonly audit: AuditTrail;
  readonly history: History;
  readonly #options: SqlLedgerOptions;
  readonly #database: Database;
  readonly #journal: SqlJournal;
  readonly #answers: SqlAnswers;
  readonly #holds: SqlHolds;

  constructor(options: SqlLedgerOptions) {
    this.#options = options;
    this.#database = new Database(options);
    this.#journal = new SqlJournal(this.#database, options.cutOffBefore);
    this.#answers = new SqlAnswers(this.#database);
    this.#holds = new SqlHolds(this.#database);
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

  async track(sourceName: string, localId: string, by?: TrackingRequest): Promise<void> {
    const row = { source_name: sourceName, local_id: localId, tracked_at: this.#options.now() };
    await this.#database.write(async (db) => {
      await db
        .insertInto('tributary_tracked')
        .values(row)
        .onConflict((same) => same.columns(['source_name', 'local_id']).doNothing())
        .execute();
      if (by !== undefined) await SqlAudit.append(trackingEntries('TRACK', sourceName, localId, by), db);
    });
  }

  async untrack(sourceName: string, localId: string, by?: TrackingRequest): Promise<boolean> {
    const id = plainText(taskIdOf(sourceName, localId));
    return this.#database.write(async (db) => {
      await db.deleteFrom('tributary_task').where('task_id', '=', id).execute();
      await db.deleteFrom('tributary_task_change').where('task_id', '=', id).execute();
      const { numDeletedRows } = await db
        .deleteFrom('tributary_tracked')
        .where('source_name', '=', sourceName)
        .where('local_id', '=', localId)
        .executeTakeFirst();
      const wasTracked = numDeletedRows > 0n;
      if (wasTracked && by !== undefined) await SqlAudit.append(trackingEntries('UNTRACK', sourceName, localId, by), db);
      return wasTracked;
    });
  }

  recordIntent(intent: ActionIntent): Promise<string> {
    return this.#journal.recordIntent(intent);
  }

  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly ReasonWord[]): Promise<void> {
    return this.#journal.recordOutcome(auditId, outcome, at, because);
  }

  recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    return this.#journal.recordRefusals(refusals);
  }

  recordCounted(counted: readonly CountedRefusals[], at: number): Promise<void> {
    return this.#journal.recordCounted(counted, at);
  }

  holdTask(hold: TaskHold): Promise<TaskHolder | null> {
    return this.#holds.hold(hold);
  }

  releaseTask(taskId: string, auditId: string): Promise<void> {
    return this.#holds.release(taskId, auditId);
  }

  cutOffActions(): Promise<readonly CutOffAction[]> {
    return this.#journal.cutOff();
  }

  settle(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    return this.#journal.settle(auditId, outcome, at);
  }

  actionsOf(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    return this.#journal.actionsOf(taskIds);
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

  claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim> {
    return this.#answers.claim(key, request);
  }

  keepAnswer(claimId: string, answer: KeptAnswer): Promise<void> {
    return this.#answers.keep(claimId, answer);
  }

  async prune(sourceNames: readonly string[]): Promise<void> {
    const now = this.#options.now();
    const since = now - this.#options.keepMs;
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
