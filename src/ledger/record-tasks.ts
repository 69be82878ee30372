import type { Transaction } from 'kysely';

import { mostChanges, type SeenTask } from '../task/history/history.js';
import type { ChangeRow, LedgerTables, TaskRow } from './ledger-tables.js';
import { newChanges } from './new-changes.js';
import { plainText } from './plain-text.js';
import { rowOf } from './task-row.js';

/** Writes what differs from what is kept, and nothing else. Each task comes once. */
export async function recordTasks(seen: readonly SeenTask[], db: Transaction<LedgerTables>): Promise<void> {
  const kept = await keptOf(seen, db);
  const tasks: TaskRow[] = [];
  const changes: ChangeRow[] = [];
  for (const one of seen) {
    const before = kept.get(plainText(one.id));
    const fresh = newChanges(withPlainText(one), before && { status: before.status, sourceStatus: before.source_status });
    const first = before?.change_count ?? 0;
    changes.push(...fresh.map((change, index) => changeRow(one.id, first + index, change)));
    if (one.task === null) {
      if (before !== undefined && before.gone_at === null && one.gone !== null) await markGone(one.id, one.gone, db);
      continue;
    }
    const row = rowOf(one.task, one.gone, first + fresh.length);
    const isKept = before?.digest === row.digest && before.gone_at === row.gone_at && fresh.length === 0;
    if (!isKept) tasks.push(row);
  }
  if (tasks.length > 0) await upsert(tasks, db);
  if (changes.length > 0) await append(changes, db);
}

type Kept = Pick<TaskRow, 'digest' | 'status' | 'source_status' | 'change_count' | 'gone_at'>;

async function keptOf(seen: readonly SeenTask[], db: Transaction<LedgerTables>): Promise<ReadonlyMap<string, Kept>> {
  const rows = await db
    .selectFrom('tributary_task')
    .select(['task_id', 'digest', 'status', 'source_status', 'change_count', 'gone_at'])
    .where(
      'task_id',
      'in',
      seen.map(({ id }) => plainText(id)),
    )
    .execute();
  return new Map(rows.map((row) => [row.task_id, row]));
}

async function markGone(id: string, { at, observedAt }: NonNullable<SeenTask['gone']>, db: Transaction<LedgerTables>): Promise<void> {
  const last = observedAt === null ? {} : { observed_at: observedAt };
  await db
    .updateTable('tributary_task')
    .set({ gone_at: at, ...last })
    .where('task_id', '=', plainText(id))
    .execute();
}

async function upsert(rows: readonly TaskRow[], db: Transaction<LedgerTables>): Promise<void> {
  await db
    .insertInto('tributary_task')
    .values(rows)
    .onConflict((same) =>
      same.column('task_id').doUpdateSet(({ ref }) => ({
        parent_id: ref('excluded.parent_id'),
        digest: ref('excluded.digest'),
        state: ref('excluded.state'),
        payload: ref('excluded.payload'),
        operation: ref('excluded.operation'),
        status: ref('excluded.status'),
        source_status: ref('excluded.source_status'),
        created_at: ref('excluded.created_at'),
        finished_at: ref('excluded.finished_at'),
        duration_ms: ref('excluded.duration_ms'),
        observed_at: ref('excluded.observed_at'),
        gone_at: ref('excluded.gone_at'),
        change_count: ref('excluded.change_count'),
      })),
    )
    .execute();
}

/** Another process may have seen the same change and counted it the same. */
async function append(rows: readonly ChangeRow[], db: Transaction<LedgerTables>): Promise<void> {
  await db
    .insertInto('tributary_task_change')
    .values(rows)
    .onConflict((same) => same.columns(['task_id', 'position']).doNothing())
    .execute();
  for (const { task_id: id, position } of rows.filter((row) => row.position >= mostChanges)) {
    await db
      .deleteFrom('tributary_task_change')
      .where('task_id', '=', id)
      .where('position', '<=', position - mostChanges)
      .execute();
  }
}

function withPlainText({ changes }: SeenTask): Pick<SeenTask, 'changes'> {
  return { changes: changes.map((change) => ({ ...change, sourceStatus: change.sourceStatus && plainText(change.sourceStatus) })) };
}

function changeRow(id: string, position: number, { status, sourceStatus, at }: SeenTask['changes'][number]): ChangeRow {
  return { task_id: plainText(id), position, status, source_status: sourceStatus, at };
}
