import { randomUUID } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskActionOutcome } from '../task/act/outcome.js';
import { askedEntry, outcomeEntry } from './audit-entries.js';
import type { TaskActionRecord } from '../task/history/action-record.js';
import type { ActionIntent, CutOffAction } from '../task/ledger.js';
import type { Database } from './database.js';
import { mostActionsOfTask, mostCutOffActions } from './keep.js';
import type { LedgerTables } from './ledger-tables.js';
import { plainText } from './plain-text.js';
import { SqlAudit } from './sql-audit.js';

/** The journal of actions in a database. */
export class SqlJournal {
  readonly #database: Database;
  readonly #cutOffBefore: () => number;

  /** `cutOffBefore`: what was recorded earlier, in milliseconds since 1970, and has no outcome will get none from whoever sent it. */
  constructor(database: Database, cutOffBefore: () => number) {
    this.#database = database;
    this.#cutOffBefore = cutOffBefore;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const { caller, mutation, action, taskId, reason, sentFrom, claimId, at } = intent;
    const auditId = randomUUID();
    const who = { audit_id: auditId, caller: plainText(caller), mutation, action, task_id: plainText(taskId) };
    const entry = { ...who, reason: reason && plainText(reason), recorded_at: at, sent_from: sentFrom, outcome: null, outcome_at: null };
    await this.#database.write(async (db) => {
      if (claimId !== null) await actUnder(claimId, auditId, db);
      await db.insertInto('tributary_action').values(entry).execute();
      await SqlAudit.append(askedEntry(auditId, intent), db);
    });
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    await this.#database.write(async (db) => {
      await db.updateTable('tributary_action').set({ outcome, outcome_at: at }).where('audit_id', '=', auditId).execute();
      await SqlAudit.append(outcomeEntry(auditId, outcome, at), db);
    });
  }

  async cutOff(): Promise<readonly CutOffAction[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_action')
        .select(['audit_id', 'action', 'task_id', 'sent_from'])
        .where('outcome', 'is', null)
        .where('recorded_at', '<', this.#cutOffBefore())
        .orderBy('recorded_at')
        .limit(mostCutOffActions)
        .execute(),
    );
    return rows.map((row) => ({ auditId: row.audit_id, action: row.action, taskId: row.task_id, sentFrom: row.sent_from }));
  }

  async settle(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const found = { outcome, outcome_at: at };
    await this.#database.write(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('tributary_action')
        .set(found)
        .where('audit_id', '=', auditId)
        .where('outcome', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await SqlAudit.append(outcomeEntry(auditId, outcome, at), db);
    });
  }

  async actionsOf(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    // PostgreSQL has no empty list.
    if (taskIds.length === 0) return new Map();
    const rows = await this.#database.read((db) =>
      db
        .with('numbered', (actions) =>
          actions
            .selectFrom('tributary_action')
            .select(({ fn }) => [
              'task_id',
              'action',
              'caller',
              'reason',
              'outcome',
              'recorded_at',
              'audit_id',
              fn
                .agg<number>('row_number')
                .over((over) => over.partitionBy('task_id').orderBy('recorded_at', 'desc').orderBy('audit_id', 'desc'))
                .as('place'),
            ])
            .where('task_id', 'in', taskIds.map(plainText)),
        )
        .selectFrom('numbered')
        .select(['task_id', 'action', 'caller', 'reason', 'outcome', 'recorded_at'])
        .where('place', '<=', mostActionsOfTask)
        .orderBy('recorded_at')
        .orderBy('audit_id')
        .execute(),
    );
    const records = new Map<string, TaskActionRecord[]>();
    for (const { task_id: taskId, action, caller, reason, outcome, recorded_at: at } of rows) {
      const record = { action, by: caller, reason, outcome: outcome ?? 'UNKNOWN', at };
      const before = records.get(taskId);
      if (before === undefined) records.set(taskId, [record]);
      else before.push(record);
    }
    return records;
  }
}

/** Throws when the claim was taken over: then whoever has it now may be acting. */
async function actUnder(claimId: string, auditId: string, db: Transaction<LedgerTables>): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tributary_answer')
    .set({ audit_id: auditId })
    .where('claim_id', '=', claimId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Error('Another request has taken the idempotency key over.');
}
