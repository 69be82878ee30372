import { randomUUID } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskActionKind } from '../task/act/action-kind.js';
import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { AuditedAction } from '../task/audit/audited-action.js';
import type { CountedRefusals } from '../task/audit/counted-refusals.js';
import type { ReasonWord } from '../task/audit/reason-word.js';
import { askedEntry, countedEntry, outcomeEntry, refusalEntries } from './audit-entries.js';
import { mostActionsOfTask, type TaskActionRecord } from '../task/history/action-record.js';
import type { ActionIntent, ActionRefusal, ActionRequested, CutOffAction } from '../task/ledger.js';
import type { Database } from './database.js';
import { mostCutOffActions } from './keep.js';
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
    const auditId = randomUUID();
    const row = { ...rowOf(auditId, intent, intent.action), sent_from: intent.sentFrom, outcome: null, outcome_at: null };
    await this.#database.write(async (db) => {
      if (intent.claimId !== null) await actUnder(intent.claimId, auditId, db);
      await db.insertInto('tributary_action').values(row).execute();
      await SqlAudit.append([askedEntry(auditId, intent, null)], db);
    });
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly ReasonWord[] = []): Promise<void> {
    await this.#database.write(async (db) => {
      await db.updateTable('tributary_action').set({ outcome, outcome_at: at }).where('audit_id', '=', auditId).execute();
      await SqlAudit.append([outcomeEntry(auditId, outcome, at, because)], db);
    });
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    const named = refusals.map((refusal) => ({ auditId: randomUUID(), refusal }));
    const rows = named.flatMap(({ auditId, refusal }) => {
      const { action, at, isOfTask } = refusal;
      // Tasks that are tracked or not are no actions of a plane.
      if (!isOfTask || action === 'TRACK' || action === 'UNTRACK') return [];
      return [{ ...rowOf(auditId, refusal, action), sent_from: null, outcome: 'REJECTED' as const, outcome_at: at }];
    });
    await this.#database.write(async (db) => {
      // What is in the trail alone is not looked up: when its answer is not kept either, its key is free again, as nothing was sent.
      for (const { auditId, refusal } of named)
        if (refusal.isOfTask && refusal.claimId !== null) await actUnder(refusal.claimId, auditId, db);
      if (rows.length > 0) await db.insertInto('tributary_action').values(rows).execute();
      await SqlAudit.append(
        named.flatMap(({ auditId, refusal }) => refusalEntries(auditId, refusal)),
        db,
      );
    });
    return named.map(({ auditId }) => auditId);
  }

  async recordCounted(counted: readonly CountedRefusals[], at: number): Promise<void> {
    const entries = counted.map((one) => countedEntry(one, at));
    await this.#database.write((db) => SqlAudit.append(entries, db));
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
      if (numUpdatedRows > 0n) await SqlAudit.append([outcomeEntry(auditId, outcome, at)], db);
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
                // What was refused comes after all that was sent, so that it pushes nothing of it out.
                .over((over) =>
                  over
                    .partitionBy('task_id')
                    .orderBy(({ eb }) => eb('sent_from', 'is', null))
                    .orderBy('recorded_at', 'desc')
                    .orderBy('audit_id', 'desc'),
                )
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

function rowOf(auditId: string, { caller, mutation, taskId, reason, at }: ActionRequested<AuditedAction>, action: TaskActionKind) {
  const who = { audit_id: auditId, caller: plainText(caller), mutation, action, task_id: plainText(taskId) };
  return { ...who, reason: reason && plainText(reason), recorded_at: at };
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
