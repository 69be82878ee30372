import { createHash } from 'node:crypto';

import type { Transaction } from 'kysely';

import { redact } from '../../model/secret.js';
import type { Task } from '../../model/task.js';
import { measureDuration, selectStatusChanges } from '../history-rules.js';
import { maxStatusChanges, type StoredTask, type TaskObservation } from '../history-store.js';
import { replaceNulCharacters } from './database.js';
import type { StatusChangeRow, StoredTaskRow, StoreTables } from './tables.js';

/** Writes what differs from what is kept, and nothing else. Each task comes once. */
export async function writeTasks(seen: readonly TaskObservation[], db: Transaction<StoreTables>): Promise<void> {
  const kept = await selectKept(seen, db);
  const tasks: StoredTaskRow[] = [];
  const changes: StatusChangeRow[] = [];
  for (const one of seen) {
    const before = kept.get(replaceNulCharacters(one.id));
    const fresh = selectStatusChanges(withPlainText(one), before && { status: before.status, sourceStatus: before.source_status });
    const first = before?.change_count ?? 0;
    changes.push(...fresh.map((change, index) => toStatusChangeRow(one.id, first + index, change)));
    if (one.task === null) {
      if (before !== undefined && before.gone_at === null && one.gone !== null) await markGone(one.id, one.gone, db);
      continue;
    }
    const row = toStoredTaskRow(one.task, one.gone, first + fresh.length);
    const isKept = before?.digest === row.digest && before.gone_at === row.gone_at && fresh.length === 0;
    if (!isKept) tasks.push(row);
  }
  if (tasks.length > 0) await upsertTasks(tasks, db);
  if (changes.length > 0) await appendChanges(changes, db);
}

type Kept = Pick<StoredTaskRow, 'digest' | 'status' | 'source_status' | 'change_count' | 'gone_at'>;

async function selectKept(seen: readonly TaskObservation[], db: Transaction<StoreTables>): Promise<ReadonlyMap<string, Kept>> {
  const rows = await db
    .selectFrom('tributary_task')
    .select(['task_id', 'digest', 'status', 'source_status', 'change_count', 'gone_at'])
    .where(
      'task_id',
      'in',
      seen.map(({ id }) => replaceNulCharacters(id)),
    )
    .execute();
  return new Map(rows.map((row) => [row.task_id, row]));
}

async function markGone(id: string, { at, observedAt }: NonNullable<TaskObservation['gone']>, db: Transaction<StoreTables>): Promise<void> {
  const last = observedAt === null ? {} : { observed_at: observedAt };
  await db
    .updateTable('tributary_task')
    .set({ gone_at: at, ...last })
    .where('task_id', '=', replaceNulCharacters(id))
    .execute();
}

async function upsertTasks(rows: readonly StoredTaskRow[], db: Transaction<StoreTables>): Promise<void> {
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
async function appendChanges(rows: readonly StatusChangeRow[], db: Transaction<StoreTables>): Promise<void> {
  await db
    .insertInto('tributary_task_change')
    .values(rows)
    .onConflict((same) => same.columns(['task_id', 'position']).doNothing())
    .execute();
  for (const { task_id: id, position } of rows.filter((row) => row.position >= maxStatusChanges)) {
    await db
      .deleteFrom('tributary_task_change')
      .where('task_id', '=', id)
      .where('position', '<=', position - maxStatusChanges)
      .execute();
  }
}

function withPlainText({ changes }: TaskObservation): Pick<TaskObservation, 'changes'> {
  return {
    changes: changes.map((change) => ({ ...change, sourceStatus: change.sourceStatus && replaceNulCharacters(change.sourceStatus) })),
  };
}

function toStatusChangeRow(
  id: string,
  position: number,
  { status, sourceStatus, at }: TaskObservation['changes'][number],
): StatusChangeRow {
  return { task_id: replaceNulCharacters(id), position, status, source_status: sourceStatus, at };
}

/** A larger payload is not kept, in characters of JSON: one task must not fill the store. */
const longestPayload = 1_048_576;

/** What is kept of a task. Nothing that a client may not see goes into it. */
export function toStoredTaskRow(task: Task, gone: TaskObservation['gone'], changeCount: number): StoredTaskRow {
  const { sourceName, sourceTaskId, parentTaskId, operation, status, sourceStatus, createdAt, finishedAt } = task;
  const state = JSON.stringify({ ...task, payload: null });
  const payload = task.payload === null ? null : JSON.stringify(redact(task.payload));
  return {
    task_id: replaceNulCharacters(task.id),
    source_name: sourceName,
    local_id: replaceNulCharacters(sourceTaskId),
    parent_id: parentTaskId && replaceNulCharacters(parentTaskId),
    digest: digestTask(task, payload),
    state,
    payload: payload === null || payload.length > longestPayload ? null : payload,
    operation: operation && replaceNulCharacters(operation),
    status,
    source_status: sourceStatus && replaceNulCharacters(sourceStatus),
    created_at: createdAt,
    finished_at: finishedAt,
    duration_ms: measureDuration(task),
    observed_at: gone?.observedAt ?? task.observedAt,
    gone_at: gone?.at ?? null,
    change_count: changeCount,
  };
}

/** Without its payload. */
export function readTaskState({ state, observed_at: observedAt }: Pick<StoredTaskRow, 'state' | 'observed_at'>): Task {
  return { ...(JSON.parse(state) as Task), observedAt };
}

export function readStoredTask(row: Pick<StoredTaskRow, 'state' | 'observed_at' | 'gone_at'>): StoredTask {
  return { task: readTaskState(row), goneAt: row.gone_at };
}

function digestTask(task: Task, payload: string | null): string {
  const content = JSON.stringify({ ...task, payload: null, observedAt: 0, changedAt: 0 });
  return createHash('sha256')
    .update(content)
    .update(payload ?? '')
    .digest('base64url');
}
