import { sql } from 'kysely';

import { maxDurationSamples, type TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import type { Task } from '../../model/task.js';
import {
  type ForgottenTaskFilter,
  type HistoryStore,
  maxStatusChanges,
  type SourceOperation,
  type StoredTask,
  type TaskObservation,
} from '../history-store.js';
import { type Database, groupBy, replaceNulCharacters } from './database.js';
import { readStoredTask, readTaskState, writeTasks } from './stored-task-row.js';

/** The history of tasks in a database. */
export class SqlHistory implements HistoryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(observations: readonly TaskObservation[]): Promise<void> {
    if (observations.length > 0) await this.#database.write((db) => writeTasks(observations, db));
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
    return rows.map(readTaskState);
  }

  async readPayloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('tributary_task').select(['task_id', 'payload']).where('task_id', 'in', taskIds.map(replaceNulCharacters)).execute(),
    );
    return new Map(rows.flatMap(({ task_id: id, payload }) => (payload === null ? [] : [[id, JSON.parse(payload) as JsonObject]])));
  }

  async readStatusChanges(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task_change')
        .select(['task_id', 'status', 'source_status', 'at'])
        .where('task_id', 'in', taskIds.map(replaceNulCharacters))
        .orderBy('task_id')
        .orderBy('position')
        .execute(),
    );
    const changes = groupBy(
      rows,
      (row) => row.task_id,
      ({ status, source_status: sourceStatus, at }): TaskStatusChange => ({ status, sourceStatus, at }),
    );
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
