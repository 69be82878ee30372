import { createHash } from 'node:crypto';

import type { Transaction } from 'kysely';

import type { TaskStatusChange } from '../../model/history.js';
import { redact } from '../../model/secret.js';
import { omitReadTimes, type Task } from '../../model/task.js';
import { maxStatusChanges, measureDuration, selectStatusChanges, type StoredTask, type TaskObservation } from '../history-store.js';
import { replaceNulCharacters } from './database.js';
import type { StatusChangeRow, StoredTaskRow, StoreTables } from './tables.js';

/** Writes what differs from the recorded state, and nothing else. Each task occurs once among the observations. */
export async function writeTasks(observations: readonly TaskObservation[], db: Transaction<StoreTables>): Promise<void> {
  const recorded = await selectRecordedStates(observations, db);
  const tasks: StoredTaskRow[] = [];
  const changes: StatusChangeRow[] = [];
  for (const { id, task, forgotten, ...observation } of observations) {
    const before = recorded.get(replaceNulCharacters(id));
    const newChanges = selectStatusChanges(
      { changes: observation.changes.map(toStorableChange) },
      before && { status: before.status, sourceStatus: before.source_status },
    );
    const firstPosition = before?.change_count ?? 0;
    changes.push(...newChanges.map((change, index) => toStatusChangeRow(id, firstPosition + index, change)));
    if (task === null) {
      if (before !== undefined && before.gone_at === null && forgotten !== null) await markForgotten(id, forgotten, db);
      continue;
    }
    const row = toStoredTaskRow(task, forgotten, firstPosition + newChanges.length);
    const isRecorded = before?.digest === row.digest && before.gone_at === row.gone_at && newChanges.length === 0;
    if (!isRecorded) tasks.push(row);
  }
  if (tasks.length > 0) await upsertTasks(tasks, db);
  if (changes.length > 0) await appendChanges(changes, db);
}

type RecordedState = Pick<StoredTaskRow, 'digest' | 'status' | 'source_status' | 'change_count' | 'gone_at'>;

async function selectRecordedStates(
  observations: readonly TaskObservation[],
  db: Transaction<StoreTables>,
): Promise<ReadonlyMap<string, RecordedState>> {
  const ids = observations.map(({ id }) => replaceNulCharacters(id));
  const rows = await db
    .selectFrom('tributary_task')
    .select(['task_id', 'digest', 'status', 'source_status', 'change_count', 'gone_at'])
    .where('task_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.task_id, row]));
}

async function markForgotten(
  id: string,
  { at, observedAt }: NonNullable<TaskObservation['forgotten']>,
  db: Transaction<StoreTables>,
): Promise<void> {
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

/** Another process may have observed the same change and given it the same position. */
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

function toStorableChange({ status, sourceStatus, at }: TaskStatusChange): TaskStatusChange {
  return { status, sourceStatus: sourceStatus && replaceNulCharacters(sourceStatus), at };
}

function toStatusChangeRow(id: string, position: number, { status, sourceStatus, at }: TaskStatusChange): StatusChangeRow {
  return { task_id: replaceNulCharacters(id), position, status, source_status: sourceStatus, at };
}

/** A larger payload, in characters of JSON, is not stored: one task must not fill the store. */
const maxPayloadLength = 1_048_576;

/** The row contains nothing that a client may not see. */
function toStoredTaskRow(task: Task, forgotten: TaskObservation['forgotten'], changeCount: number): StoredTaskRow {
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
    payload: payload === null || payload.length > maxPayloadLength ? null : payload,
    operation: operation && replaceNulCharacters(operation),
    status,
    source_status: sourceStatus && replaceNulCharacters(sourceStatus),
    created_at: createdAt,
    finished_at: finishedAt,
    duration_ms: measureDuration(task),
    observed_at: forgotten?.observedAt ?? task.observedAt,
    gone_at: forgotten?.at ?? null,
    change_count: changeCount,
  };
}

/** The task without its payload. Its JSON is trusted, because only this program writes it. */
export function readTaskState({ state, observed_at: observedAt }: Pick<StoredTaskRow, 'state' | 'observed_at'>): Task {
  return { ...(JSON.parse(state) as Task), observedAt };
}

export function readStoredTask(row: Pick<StoredTaskRow, 'state' | 'observed_at' | 'gone_at'>): StoredTask {
  return { task: readTaskState(row), forgottenAt: row.gone_at };
}

function digestTask(task: Task, payload: string | null): string {
  return createHash('sha256')
    .update(JSON.stringify(omitReadTimes({ ...task, payload: null })))
    .update(payload ?? '')
    .digest('base64url');
}
