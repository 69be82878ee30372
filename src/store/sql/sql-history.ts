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

/** What is kept of tasks, in a database. */
export class SqlHistory implements HistoryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(seen: readonly TaskObservation[]): Promise<void> {
    if (seen.length > 0) await this.#database.write((db) => writeTasks(seen, db));
  }

  async presentSourceTaskIds(sourceName: string): Promise<readonly string[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('tributary_task').select('local_id').where('source_name', '=', sourceName).where('gone_at', 'is', null).execute(),
    );
    return rows.map((row) => row.local_id);
  }

  async tasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task')
        .select(['task_id', 'state', 'observed_at', 'gone_at'])
        .where('task_id', 'in', taskIds.map(replaceNulCharacters))
        .execute(),
    );
    return new Map(rows.map((row) => [row.task_id, readStoredTask(row)]));
  }

  async forgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>> {
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

  async forgottenTasks(sourceName: string, { createdAfter, createdBefore, atMost }: ForgottenTaskFilter): Promise<readonly Task[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task')
        .select(['state', 'observed_at'])
        .where('source_name', '=', sourceName)
        .where('gone_at', 'is not', null)
        .$if(createdAfter !== null, (query) => query.where('created_at', '>=', createdAfter))
        .$if(createdBefore !== null, (query) => query.where('created_at', '<', createdBefore))
        // Those without a time come last.
        .orderBy(sql`coalesce(created_at, 0)`, 'desc')
        .orderBy('task_id')
        .limit(atMost)
        .execute(),
    );
    return rows.map(readTaskState);
  }

  async payloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('tributary_task').select(['task_id', 'payload']).where('task_id', 'in', taskIds.map(replaceNulCharacters)).execute(),
    );
    return new Map(rows.flatMap(({ task_id: id, payload }) => (payload === null ? [] : [[id, JSON.parse(payload) as JsonObject]])));
  }

  async changes(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('tributary_task_change')
        .select(['task_id', 'status', 'source_status', 'at'])
        .where('task_id', 'in', taskIds.map(replaceNulCharacters))
        .orderBy('task_id')
        .orderBy('position')
        .execute(),
    );
    const all = groupBy(
      rows,
      (row) => row.task_id,
      ({ status, source_status: sourceStatus, at }): TaskStatusChange => ({ status, sourceStatus, at }),
    );
    return new Map([...all].map(([id, changes]) => [id, changes.slice(-maxStatusChanges)]));
  }

  async durations(works: readonly SourceOperation[]): Promise<readonly (readonly number[])[]> {
    if (works.length === 0) return [];
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
                .as('place'),
            ])
            .where('duration_ms', 'is not', null)
            .where(({ or, and, eb }) =>
              or(
                works.map((work) =>
                  and([eb('source_name', '=', work.sourceName), eb('operation', '=', replaceNulCharacters(work.operation))]),
                ),
              ),
            ),
        )
        .selectFrom('sample')
        .select(['source_name', 'operation', 'duration_ms'])
        .where('place', '<=', maxDurationSamples)
        .execute(),
    );
    const byWork = groupBy(
      rows,
      (row) => workKey(row.source_name, row.operation ?? ''),
      (row) => row.duration_ms ?? 0,
    );
    return works.map((work) => byWork.get(workKey(work.sourceName, replaceNulCharacters(work.operation))) ?? []);
  }
}

function workKey(sourceName: string, operation: string): string {
  return JSON.stringify([sourceName, operation]);
}
