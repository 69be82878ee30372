import { randomUUID } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskActionKind, TaskActionOutcome } from '../../model/action.js';
import { maxActionsPerTask, type TaskActionRecord } from '../../model/history.js';
import {
  type ActionIntent,
  type ActionJournal,
  type ActionRefusal,
  describeLockState,
  type InterruptedAction,
  isLockFree,
  isRefusedTaskAction,
  type JournaledAction,
  maxInterruptedActions,
  type TaskLock,
  type TaskLockRequest,
} from '../action-journal.js';
import { buildCountedEntry, buildOutcomeEntry, buildRefusalEntries, buildRequestEntry } from '../audit-entries.js';
import type { AuditReason, CountedRefusals } from '../audit-trail.js';
import { StoreOutageError } from '../store-availability.js';
import { type Database, groupBy, replaceNulCharacters } from './database.js';
import type { AuditedDatabase } from './sql-audit.js';
import { linkActionToClaim } from './sql-idempotency-store.js';
import type { StoreTables } from './tables.js';

/** The journal of actions and the locks of tasks, in a database. */
export class SqlActionJournal implements ActionJournal {
  readonly #database: Database;
  readonly #audited: AuditedDatabase;
  readonly #interruptedBefore: () => number;

  /**
   * `interruptedBefore`: an action recorded before this time, in milliseconds since 1970, and without an outcome was
   * interrupted.
   */
  constructor(database: Database, audited: AuditedDatabase, interruptedBefore: () => number) {
    this.#database = database;
    this.#audited = audited;
    this.#interruptedBefore = interruptedBefore;
  }

  async recordIntent(intent: ActionIntent): Promise<string> {
    const auditId = randomUUID();
    const row = { ...toJournalRow(auditId, intent), sent_from: intent.statusBefore, outcome: null, outcome_at: null };
    await this.#audited.write(async (db, append) => {
      if (intent.claimId !== null) await linkActionToClaim(intent.claimId, auditId, db);
      await db.insertInto('tributary_action').values(row).execute();
      await append([buildRequestEntry(auditId, intent, null)]);
    });
    return auditId;
  }

  async recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly AuditReason[] = []): Promise<void> {
    await this.#audited.write(async (db, append) => {
      await db.updateTable('tributary_action').set({ outcome, outcome_at: at }).where('audit_id', '=', auditId).execute();
      await append([buildOutcomeEntry(auditId, outcome, at, because)]);
    });
  }

  async recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]> {
    const named = refusals.map((refusal) => ({ auditId: randomUUID(), refusal }));
    const rows = named.flatMap(({ auditId, refusal }) =>
      isRefusedTaskAction(refusal)
        ? [{ ...toJournalRow(auditId, refusal), sent_from: null, outcome: 'REJECTED' as const, outcome_at: refusal.at }]
        : [],
    );
    await this.#audited.write(async (db, append) => {
      // A refusal that only the audit trail contains is not linked: unless its record is saved, its key is free again,
      // as nothing was sent.
      for (const { auditId, refusal } of named)
        if (refusal.appearsInTaskHistory && refusal.claimId !== null) await linkActionToClaim(refusal.claimId, auditId, db);
      if (rows.length > 0) await db.insertInto('tributary_action').values(rows).execute();
      await append(named.flatMap(({ auditId, refusal }) => buildRefusalEntries(auditId, refusal)));
    });
    return named.map(({ auditId }) => auditId);
  }

  async recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void> {
    const entries = counted.map((one) => buildCountedEntry(one, at));
    await this.#audited.write((_, append) => append(entries));
  }

  async readInterruptedActions(): Promise<readonly InterruptedAction[]> {
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
    return rows.map((row) => ({ auditId: row.audit_id, action: row.action, taskId: row.task_id, statusBefore: row.sent_from }));
  }

  async reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void> {
    await this.#audited.write(async (db, append) => {
      const { numUpdatedRows } = await db
        .updateTable('tributary_action')
        .set({ outcome, outcome_at: at })
        .where('audit_id', '=', auditId)
        .where('outcome', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await append([buildOutcomeEntry(auditId, outcome, at)]);
    });
  }

  async readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>> {
    // PostgreSQL has no empty list.
    if (taskIds.length === 0) return new Map();
    const rows = await this.#database.read((db) =>
      db
        .with('ranked', (actions) =>
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
                // Refused actions come after all sent ones, so that they take no place of those.
                .over((over) =>
                  over
                    .partitionBy('task_id')
                    .orderBy(({ eb }) => eb('sent_from', 'is', null))
                    .orderBy('recorded_at', 'desc')
                    .orderBy('audit_id', 'desc'),
                )
                .as('rank'),
            ])
            .where('task_id', 'in', taskIds.map(replaceNulCharacters)),
        )
        .selectFrom('ranked')
        .select(['task_id', 'action', 'caller', 'reason', 'outcome', 'recorded_at'])
        .where('rank', '<=', maxActionsPerTask)
        .orderBy('recorded_at')
        .orderBy('audit_id')
        .execute(),
    );
    return groupBy(
      rows,
      (row) => row.task_id,
      ({ action, caller, reason, outcome, recorded_at: at }) => ({ action, by: caller, reason, outcome: outcome ?? 'UNKNOWN', at }),
    );
  }

  async lockTask(request: TaskLockRequest): Promise<TaskLock | null> {
    const { auditId, statusBefore, until } = request;
    const taskId = replaceNulCharacters(request.taskId);
    const lock = { audit_id: auditId, sent_from: statusBefore, is_over: 0, until };
    return this.#database.write(async (db) => {
      await db
        .insertInto('tributary_hold')
        .values({ task_id: taskId, ...lock })
        .onConflict((same) => same.column('task_id').doNothing())
        .execute();
      const holder = await selectLockHolder(taskId, db);
      if (holder.auditId === auditId) return refuseUnrecorded(holder);
      if (!isLockFree(holder, request)) return toTaskLock(holder, auditId);
      // Another process may take the lock over at the same time: the one that finds the previous holder still there
      // gets it.
      await db.updateTable('tributary_hold').set(lock).where('task_id', '=', taskId).where('audit_id', '=', holder.auditId).execute();
      return toTaskLock(await selectLockHolder(taskId, db), auditId);
    });
  }

  async unlockTask(taskId: string, auditId: string): Promise<void> {
    const id = replaceNulCharacters(taskId);
    await this.#database.write((db) =>
      db.updateTable('tributary_hold').set({ is_over: 1 }).where('task_id', '=', id).where('audit_id', '=', auditId).execute(),
    );
  }
}

function toJournalRow(auditId: string, { caller, mutation, action, taskId, reason, at }: JournaledAction<TaskActionKind>) {
  return {
    audit_id: auditId,
    caller: replaceNulCharacters(caller),
    mutation,
    action,
    task_id: replaceNulCharacters(taskId),
    reason: reason && replaceNulCharacters(reason),
    recorded_at: at,
  };
}

/** The action has the lock. A database that does not have the action as well is not the one that it was recorded in. */
function refuseUnrecorded({ recordedId }: SqlLockHolder): null {
  if (recordedId === null) throw new StoreOutageError('another database answers in its place, without an action that was just recorded');
  return null;
}

type SqlLockHolder = Awaited<ReturnType<typeof selectLockHolder>>;

function selectLockHolder(taskId: string, db: Transaction<StoreTables>) {
  return db
    .selectFrom('tributary_hold as hold')
    .leftJoin('tributary_action as action', 'action.audit_id', 'hold.audit_id')
    .select(['hold.audit_id as auditId', 'hold.sent_from as statusBefore', 'hold.is_over as isOver', 'hold.until as until'])
    .select(['action.audit_id as recordedId', 'action.outcome as outcome', 'action.outcome_at as concludedAt'])
    .where('hold.task_id', '=', taskId)
    .executeTakeFirstOrThrow();
}

/** Null when the holder is the action that requests the lock. */
function toTaskLock({ auditId, statusBefore, isOver, outcome }: SqlLockHolder, requestedBy: string): TaskLock | null {
  return auditId === requestedBy ? null : { auditId, statusBefore, state: describeLockState(isOver === 1, outcome) };
}
