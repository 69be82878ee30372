import { parseGlobalId } from '../../model/global-id.js';
import { maxDurationSamples, type TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import { mergePartStarts, observeParts } from '../../model/task-lifecycle.js';
import type { Task } from '../../model/task.js';
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

/**
 * At most so many tasks are kept; then the ones that were recorded least recently are deleted. Not an LRU cache, in
 * which reading old tasks would evict those that are still observed.
 */
const maxTasks = 10_000;

interface HistoryEntry {
  /** Without its payload. Everything else of it is what the cache has, as long as that keeps it. */
  readonly task: Task;
  /** What the plane sent, as JSON, which takes a fifth of the memory; null where there is none. */
  readonly payload: string | null;
  readonly changes: readonly TaskStatusChange[];
  readonly forgottenAt: number | null;
}

/** The history of tasks, as long as the process lives. */
export class MemoryHistory implements HistoryStore {
  /** By task id, in the order of recording. */
  readonly #entries = new Map<string, HistoryEntry>();

  async record(observations: readonly TaskObservation[]): Promise<void> {
    for (const observation of observations) this.#record(observation);
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= maxTasks) break;
      this.#entries.delete(id);
    }
  }

  async readPresentSourceTaskIds(sourceName: string): Promise<readonly string[]> {
    return this.#all().flatMap(({ task, forgottenAt }) =>
      task.sourceName === sourceName && forgottenAt === null ? [task.sourceTaskId] : [],
    );
  }

  async readTasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>> {
    return this.#collect(taskIds, ({ task, forgottenAt }) => ({ task, forgottenAt }));
  }

  async readForgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>> {
    const forgotten = this.#selectForgotten(sourceName);
    const families = parentIds.map((id) => [id, forgotten.filter((task) => task.parentTaskId === id)] as const);
    return new Map(families.filter(([, children]) => children.length > 0));
  }

  async readForgottenTasks(sourceName: string, { createdAfter, createdBefore, atMost }: ForgottenTaskFilter): Promise<readonly Task[]> {
    return this.#selectForgotten(sourceName)
      .filter(({ createdAt }) => createdAfter === null || (createdAt !== null && createdAt >= createdAfter))
      .filter(({ createdAt }) => createdBefore === null || (createdAt !== null && createdAt < createdBefore))
      .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .slice(0, atMost);
  }

  async readPayloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    return this.#collect(taskIds, ({ payload }) => (payload === null ? null : (JSON.parse(payload) as JsonObject)));
  }

  async readStatusChanges(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
    return this.#collect(taskIds, ({ changes }) => changes);
  }

  async readDurations(operations: readonly SourceOperation[]): Promise<readonly (readonly number[])[]> {
    const newestFirst = this.#all().toSorted((a, b) => (b.task.finishedAt ?? 0) - (a.task.finishedAt ?? 0));
    return operations.map(({ sourceName, operation }) =>
      newestFirst
        .filter(({ task }) => task.sourceName === sourceName && task.operation === operation)
        .flatMap(({ task, changes }) => measureDuration(task, changes) ?? [])
        .slice(0, maxDurationSamples),
    );
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * Deletes forgotten tasks, and tasks of sources that are not configured, from before `since`, in milliseconds since
   * 1970.
   */
  prune(since: number, sourceNames: readonly string[]): void {
    for (const [id, { task, forgottenAt }] of this.#entries) {
      const isUnconfigured = !sourceNames.includes(parseGlobalId(id)?.sourceName ?? '');
      if ((forgottenAt ?? Infinity) < since || (isUnconfigured && task.observedAt < since)) this.#entries.delete(id);
    }
  }

  #record({ id, task, changes, forgotten }: TaskObservation): void {
    const recorded = this.#entries.get(id);
    const wasForgottenBefore = task === null && recorded !== undefined && recorded.forgottenAt !== null;
    const latest = task ?? recorded?.task;
    if (latest === undefined || wasForgottenBefore) return;
    const newChanges = selectStatusChanges({ changes }, recorded?.changes.at(-1));
    const allChanges = [...(recorded?.changes ?? []), ...newChanges].slice(-maxStatusChanges);
    const parts = mergePartStarts(latest.parts, observeParts(id, latest.parts, recorded?.task.parts, latest.changedAt));
    const withStart = withRecordedStart(latest, allChanges);
    this.#entries.delete(id);
    this.#entries.set(id, {
      // Only members that it has are replaced, so that all tasks of a kind keep one shape.
      task: { ...withStart, parts, payload: null, observedAt: forgotten?.observedAt ?? latest.observedAt },
      payload: task === null ? (recorded?.payload ?? null) : formatPayload(task),
      changes: allChanges,
      forgottenAt: forgotten?.at ?? null,
    });
  }

  #all(): readonly HistoryEntry[] {
    return [...this.#entries.values()];
  }

  #selectForgotten(sourceName: string): readonly Task[] {
    return this.#all().flatMap(({ task, forgottenAt }) => (task.sourceName === sourceName && forgottenAt !== null ? [task] : []));
  }

  #collect<Value>(ids: readonly string[], select: (entry: HistoryEntry) => Value | null): ReadonlyMap<string, Value> {
    const found = new Map<string, Value>();
    for (const id of ids) {
      const entry = this.#entries.get(id);
      const value = entry === undefined ? null : select(entry);
      if (value !== null) found.set(id, value);
    }
    return found;
  }
}

function formatPayload({ payload }: Task): string | null {
  return payload === null ? null : JSON.stringify(payload);
}
