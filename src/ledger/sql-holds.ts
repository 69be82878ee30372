import type { Transaction } from 'kysely';

import type { TaskHold, TaskHolder } from '../task/ledger.js';
import type { Database } from './database.js';
import type { LedgerTables } from './ledger-tables.js';
import { plainText } from './plain-text.js';

/** Which action has a task for itself, in a database. What became of that action is in the journal. */
export class SqlHolds {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  hold(wanted: TaskHold): Promise<TaskHolder | null> {
    const { auditId, sentFrom, until } = wanted;
    const [taskId, mine] = [plainText(wanted.taskId), { audit_id: auditId, sent_from: sentFrom, is_over: 0, until }];
    return this.#database.write(async (db) => {
      await db
        .insertInto('tributary_hold')
        .values({ task_id: taskId, ...mine })
        .onConflict((same) => same.column('task_id').doNothing())
        .execute();
      const holder = await holderOf(taskId, db);
      if (!isOver(holder, wanted)) return answerTo(auditId, holder);
      // Another process may be faster: whoever finds the old one still there takes its place.
      const old = db.updateTable('tributary_hold').set(mine).where('task_id', '=', taskId);
      await old.where('audit_id', '=', holder.audit_id).execute();
      return answerTo(auditId, await holderOf(taskId, db));
    });
  }

  async release(taskId: string, auditId: string): Promise<void> {
    const id = plainText(taskId);
    await this.#database.write((db) =>
      db.updateTable('tributary_hold').set({ is_over: 1 }).where('task_id', '=', id).where('audit_id', '=', auditId).execute(),
    );
  }
}

type Holder = Awaited<ReturnType<typeof holderOf>>;

function holderOf(taskId: string, db: Transaction<LedgerTables>) {
  return db
    .selectFrom('tributary_hold as hold')
    .leftJoin('tributary_action as action', 'action.audit_id', 'hold.audit_id')
    .select(['hold.audit_id', 'hold.sent_from', 'hold.is_over', 'hold.until', 'action.outcome', 'action.outcome_at'])
    .where('hold.task_id', '=', taskId)
    .executeTakeFirstOrThrow();
}

function isOver({ audit_id: auditId, until, outcome, outcome_at: outcomeAt }: Holder, wanted: TaskHold): boolean {
  if (auditId === wanted.auditId) return false;
  if (auditId === wanted.over || until <= wanted.at || outcome === 'REJECTED') return true;
  return outcomeAt !== null && outcomeAt <= wanted.overSince;
}

function answerTo(auditId: string, holder: Holder): TaskHolder | null {
  if (holder.audit_id === auditId) return null;
  const phase = holder.is_over === 1 ? 'over' : holder.outcome === null ? 'sending' : 'answered';
  return { auditId: holder.audit_id, sentFrom: holder.sent_from, phase };
}
