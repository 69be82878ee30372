import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { type Kysely, sql, type Transaction } from 'kysely';

import { maxDurationSamples, type TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import { redact } from '../../model/secret.js';
import { omitObservations, type Task, withPartIds } from '../../model/task.js';
import {
  type ForgottenTaskFilter,
  type HistoryStore,
  maxStatusChanges,
  measureDuration,
  selectStatusChanges,
  type SourceOperation,
  type StoredTask,
  type TaskObservation,
  withRecordedStart,
} from '../history-store.js';
import { type Database, groupBy, replaceNulCharacters } from './database.js';
import type { AuditedDatabase } from './sql-audit.js';
import type { StatusChangeRow, StoredTaskRow, StoreTables } from './tables.js';

/** The history of tasks in a database. */
export class SqlHistory implements HistoryStore {
  readonly #database: Database;
  readonly #audited: AuditedDatabase;

  constructor(database: Database, audited: AuditedDatabase) {
    this.#database = database;
    this.#audited = audited;
  }

  async record(observations: readonly TaskObservation[]): Promise<void> {
    if (observations.length === 0) return;
    await this.#database.write(async (db) => {
      await this.#audited.refuseOtherDatabase(db);
      await writeTasks(observations, db);
    });
  }

  async readPresentSourceTaskIds(sourceName: string): Promise<readonly string[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('tributary_task').select('local_id').where('source_name', '=', sourceName).where('gone_at', 'is', null).execute(),
    );
    return rows.map((row) => row.local_id);
  }

  async readTasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task')
        .select(['task_id', 'state', 'observed_at', 'gone_at'])
        .where('task_id', 'in', taskIds.map(replaceNulCharacters))
        .execute(),
    );
    return new Map(rows.map((row) => [row.task_id, readStoredTask(row)]));
  }

  async readForgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task')
        .select(['parent_id', 'state', 'observed_at'])
        .where('source_name', '=', sourceName)
        .where('parent_id', 'in', parentIds.map(replaceNulCharacters))
        .where('gone_at', 'is not', null)
        .execute(),
    );
    return groupBy(
      rows,
      (row) => row.parent_id ?? '',
      (row) => readTaskState(row),
    );
  }

  async readForgottenTasks(sourceName: string, { createdAfter, createdBefore, atMost }: ForgottenTaskFilter): Promise<readonly Task[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task')
        .select(['state', 'observed_at'])
        .where('source_name', '=', sourceName)
        .where('gone_at', 'is not', null)
        .$if(createdAfter !== null, (query) => query.where('created_at', '>=', createdAfter))
        .$if(createdBefore !== null, (query) => query.where('created_at', '<', createdBefore))
        // Tasks without a time of creation come last.
        .orderBy(sql`coalesce(created_at, 0)`, 'desc')
        .orderBy('task_id')
        .limit(atMost)
        .execute(),
    );
    return readTaskStates(rows);
  }

  async readPayloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('tributary_task').select(['task_id', 'payload']).where('task_id', 'in', taskIds.map(replaceNulCharacters)).execute(),
    );
    return new Map(rows.flatMap(({ task_id: id, payload }) => (payload === null ? [] : [[id, JSON.parse(payload) as JsonObject]])));
  }

  async readStatusChanges(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
    const changes = await this.#database.read((db) => selectRecordedChanges(taskIds.map(replaceNulCharacters), db));
    return new Map([...changes].map(([id, all]) => [id, all.slice(-maxStatusChanges)]));
  }

  async readDurations(operations: readonly SourceOperation[]): Promise<readonly (readonly number[])[]> {
    if (operations.length === 0) return [];
    const rows = await this.#database.read((db) =>
      db
        .with('sample', (samples) =>
          samples
            .selectFrom('tributary_task')
            .select(({ fn }) => [
              'source_name',
              'operation',
              'duration_ms',
              fn
                .agg<number>('row_number')
                .over((over) => over.partitionBy(['source_name', 'operation']).orderBy('finished_at', 'desc'))
                .as('rank'),
            ])
            .where('duration_ms', 'is not', null)
            .where(({ or, and, eb }) =>
              or(
                operations.map(({ sourceName, operation }) =>
                  and([eb('source_name', '=', sourceName), eb('operation', '=', replaceNulCharacters(operation))]),
                ),
              ),
            ),
        )
        .selectFrom('sample')
        .select(['source_name', 'operation', 'duration_ms'])
        .where('rank', '<=', maxDurationSamples)
        .execute(),
    );
    const groups = groupBy(
      rows,
      (row) => toOperationKey(row.source_name, row.operation ?? ''),
      (row) => row.duration_ms ?? 0,
    );
    return operations.map(({ sourceName, operation }) => groups.get(toOperationKey(sourceName, replaceNulCharacters(operation))) ?? []);
  }
}

function toOperationKey(sourceName: string, operation: string): string {
  return JSON.stringify([sourceName, operation]);
}

/** Writes what differs from the recorded state, and nothing else. Each task occurs once among the observations. */
async function writeTasks(observations: readonly TaskObservation[], db: Transaction<StoreTables>): Promise<void> {
  const recorded = await selectRecordedStates(observations, db);
  const recordedChanges = await selectRecordedChanges(
    [...recorded.values()].flatMap((before) => (before.change_count > 0 ? [before.task_id] : [])),
    db,
  );
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
    const allChanges = [...(recordedChanges.get(replaceNulCharacters(id)) ?? []), ...newChanges].slice(-maxStatusChanges);
    const row = toStoredTaskRow(task, forgotten, { all: allChanges, count: firstPosition + newChanges.length });
    const isRecorded = before?.digest === row.digest && before.gone_at === row.gone_at && newChanges.length === 0;
    if (!isRecorded) tasks.push(row);
  }
  if (tasks.length > 0) await upsertTasks(tasks, db);
  if (changes.length > 0) await appendChanges(changes, db);
}

/** The recorded statuses of tasks, oldest first, by task id as it is stored. */
async function selectRecordedChanges(
  taskIds: readonly string[],
  db: Kysely<StoreTables>,
): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
  if (taskIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('tributary_task_change')
    .select(['task_id', 'status', 'source_status', 'at'])
    .where('task_id', 'in', taskIds)
    .orderBy('task_id')
    .orderBy('position')
    .execute();
  return groupBy(
    rows,
    (row) => row.task_id,
    ({ status, source_status: sourceStatus, at }): TaskStatusChange => ({ status, sourceStatus, at }),
  );
}

type RecordedState = Pick<StoredTaskRow, 'task_id' | 'digest' | 'status' | 'source_status' | 'change_count' | 'gone_at'>;

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
function toStoredTaskRow(
  task: Task,
  forgotten: TaskObservation['forgotten'],
  changes: { readonly all: readonly TaskStatusChange[]; readonly count: number },
): StoredTaskRow {
  const { sourceName, sourceTaskId, parentTaskId, operation, status, sourceStatus, createdAt, finishedAt } = task;
  const state = JSON.stringify({ ...withRecordedStart(task, changes.all), payload: null });
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
    duration_ms: measureDuration(task, changes.all),
    observed_at: forgotten?.observedAt ?? task.observedAt,
    gone_at: forgotten?.at ?? null,
    change_count: changes.count,
  };
}

/** The task without its payload. Its JSON is trusted, because only this program writes it. */
function readTaskState({ state, observed_at: observedAt }: Pick<StoredTaskRow, 'state' | 'observed_at'>): Task {
  return withPartIds({ ...(JSON.parse(state) as Task), observedAt });
}

/** So many rows are parsed before the event loop serves others. */
const parsedAtOnce = 500;

async function readTaskStates(rows: readonly Pick<StoredTaskRow, 'state' | 'observed_at'>[]): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const row of rows) {
    if (tasks.length > 0 && tasks.length % parsedAtOnce === 0) await setImmediate();
    tasks.push(readTaskState(row));
  }
  return tasks;
}

function readStoredTask(row: Pick<StoredTaskRow, 'state' | 'observed_at' | 'gone_at'>): StoredTask {
  return { task: readTaskState(row), forgottenAt: row.gone_at };
}

function digestTask(task: Task, payload: string | null): string {
  return createHash('sha256')
    .update(JSON.stringify(omitObservations({ ...task, payload: null })))
    .update(payload ?? '')
    .digest('base64url');
}
