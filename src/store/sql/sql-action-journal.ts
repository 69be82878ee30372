import { randomUUID } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import { maxActionsPerTask, type TaskActionRecord } from '../../model/history.js';
import {
  type ActionIntent,
  type ActionRefusal,
  type InterruptedAction,
  type JournaledAction,
  maxInterruptedActions,
  type TaskLock,
  type TaskLockClaim,
} from '../action-journal.js';
import { buildCountedEntry, buildOutcomeEntry, buildRefusalEntries, buildRequestEntry } from '../audit-entries.js';
import type { AuditedAction, AuditReason, CountedRefusals } from '../audit-trail.js';
import { type Database, replaceNulCharacters } from './database.js';
import { SqlAudit } from './sql-audit.js';
import type { StoreTables } from './tables.js';

/** The journal of actions in a database. */
export class SqlActionJournal {
  readonly #database: Database;
  readonly #interruptedBefore: () => number;

  /** `interruptedBefore`: what was recorded earlier, in milliseconds since 1970, and has no outcome will get none from whoever sent it. */
  constructor(database: Database, interruptedBefore: () => number) {
    this.#database = database;
    this.#interruptedBefore = interruptedBefore;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    const row = { ...toJournalRow(auditId, intent, intent.action), sent_from: intent.sentFrom, outcome: null, outcome_at: null };
    await this.#database.write(async (db) => {
      if (intent.claimId !== null) await linkActionToClaim(intent.claimId, auditId, db);
      await db.insertInto('tributary_action').values(row).execute();
      await SqlAudit.append([buildRequestEntry(auditId, intent, null)], db);
    });
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly AuditReason[] = []): Promise<void> {
    await this.#database.write(async (db) => {
      await db.updateTable('tributary_action').set({ outcome, outcome_at: at }).where('audit_id', '=', auditId).execute();
      await SqlAudit.append([buildOutcomeEntry(auditId, outcome, at, because)], db);
    });
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    const named = refusals.map((refusal) => ({ auditId: randomUUID(), refusal }));
    const rows = named.flatMap(({ auditId, refusal }) => {
      const { action, at, appearsInTaskHistory } = refusal;
      // Tasks that are tracked or not are no actions of a plane.
      if (!appearsInTaskHistory || action === 'TRACK' || action === 'UNTRACK') return [];
      return [{ ...toJournalRow(auditId, refusal, action), sent_from: null, outcome: 'REJECTED' as const, outcome_at: at }];
    });
    await this.#database.write(async (db) => {
      // What is in the trail alone is not looked up: when its answer is not kept either, its key is free again, as nothing was sent.
      for (const { auditId, refusal } of named)
        if (refusal.appearsInTaskHistory && refusal.claimId !== null) await linkActionToClaim(refusal.claimId, auditId, db);
      if (rows.length > 0) await db.insertInto('tributary_action').values(rows).execute();
      await SqlAudit.append(
        named.flatMap(({ auditId, refusal }) => buildRefusalEntries(auditId, refusal)),
        db,
      );
    });
    return named.map(({ auditId }) => auditId);
  }

  async recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    const entries = counted.map((one) => buildCountedEntry(one, at));
    await this.#database.write((db) => SqlAudit.append(entries, db));
  }

  async interruptedActions(): Promise<readonly InterruptedAction[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_action')
        .select(['audit_id', 'action', 'task_id', 'sent_from'])
        .where('outcome', 'is', null)
        .where('recorded_at', '<', this.#interruptedBefore())
        .orderBy('recorded_at')
        .limit(maxInterruptedActions)
        .execute(),
    );
    return rows.map((row) => ({ auditId: row.audit_id, action: row.action, taskId: row.task_id, sentFrom: row.sent_from }));
  }

  async reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    const found = { outcome, outcome_at: at };
    await this.#database.write(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('tributary_action')
        .set(found)
        .where('audit_id', '=', auditId)
        .where('outcome', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await SqlAudit.append([buildOutcomeEntry(auditId, outcome, at)], db);
    });
  }

  async readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
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
            .where('task_id', 'in', taskIds.map(replaceNulCharacters)),
        )
        .selectFrom('numbered')
        .select(['task_id', 'action', 'caller', 'reason', 'outcome', 'recorded_at'])
        .where('place', '<=', maxActionsPerTask)
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

function toJournalRow(auditId: string, { caller, mutation, taskId, reason, at }: JournaledAction<AuditedAction>, action: TaskActionKind) {
  const who = { audit_id: auditId, caller: replaceNulCharacters(caller), mutation, action, task_id: replaceNulCharacters(taskId) };
  return { ...who, reason: reason && replaceNulCharacters(reason), recorded_at: at };
}

/** Throws when the claim was taken over: then whoever has it now may be acting. */
async function linkActionToClaim(claimId: string, auditId: string, db: Transaction<StoreTables>): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tributary_answer')
    .set({ audit_id: auditId })
    .where('claim_id', '=', claimId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Error('Another request has taken the idempotency key over.');
}

/** Which action has a task for itself, in a database. What became of that action is in the journal. */
export class SqlTaskLocks {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  lock(wanted: TaskLockClaim): Promise<TaskLock | null> {
    const { auditId, sentFrom, until } = wanted;
    const [taskId, mine] = [replaceNulCharacters(wanted.taskId), { audit_id: auditId, sent_from: sentFrom, is_over: 0, until }];
    return this.#database.write(async (db) => {
      await db
        .insertInto('tributary_hold')
        .values({ task_id: taskId, ...mine })
        .onConflict((same) => same.column('task_id').doNothing())
        .execute();
      const holder = await selectLock(taskId, db);
      if (!isReleased(holder, wanted)) return toTaskLock(auditId, holder);
      // Another process may be faster: whoever finds the old one still there takes its place.
      const old = db.updateTable('tributary_hold').set(mine).where('task_id', '=', taskId);
      await old.where('audit_id', '=', holder.audit_id).execute();
      return toTaskLock(auditId, await selectLock(taskId, db));
    });
  }

  async unlock(taskId: string, auditId: string): Promise<void> {
    const id = replaceNulCharacters(taskId);
    await this.#database.write((db) =>
      db.updateTable('tributary_hold').set({ is_over: 1 }).where('task_id', '=', id).where('audit_id', '=', auditId).execute(),
    );
  }
}

type TaskLockWithOutcome = Awaited<ReturnType<typeof selectLock>>;

function selectLock(taskId: string, db: Transaction<StoreTables>) {
  return db
    .selectFrom('tributary_hold as hold')
    .leftJoin('tributary_action as action', 'action.audit_id', 'hold.audit_id')
    .select(['hold.audit_id', 'hold.sent_from', 'hold.is_over', 'hold.until', 'action.outcome', 'action.outcome_at'])
    .where('hold.task_id', '=', taskId)
    .executeTakeFirstOrThrow();
}

function isReleased({ audit_id: auditId, until, outcome, outcome_at: outcomeAt }: TaskLockWithOutcome, wanted: TaskLockClaim): boolean {
  if (auditId === wanted.auditId) return false;
  if (auditId === wanted.releasedAuditId || until <= wanted.at || outcome === 'REJECTED') return true;
  return outcomeAt !== null && outcomeAt <= wanted.concludedBefore;
}

function toTaskLock(auditId: string, holder: TaskLockWithOutcome): TaskLock | null {
  if (holder.audit_id === auditId) return null;
  const phase = holder.is_over === 1 ? 'over' : holder.outcome === null ? 'sending' : 'answered';
  return { auditId: holder.audit_id, sentFrom: holder.sent_from, phase };
}
