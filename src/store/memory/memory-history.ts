import { parseGlobalId } from '../../model/global-id.js';
import { maxDurationSamples, type TaskStatusChange } from '../../model/history.js';
import type { JsonObject } from '../../model/scalars.js';
import type { Task } from '../../model/task.js';
import { measureDuration, selectStatusChanges } from '../history-rules.js';
import {
  type ForgottenTaskFilter,
  type HistoryStore,
  maxStatusChanges,
  type SourceOperation,
  type StoredTask,
  type TaskObservation,
} from '../history-store.js';

/** So many tasks are kept; then those go that were not recorded for longest. */
const maxTasks = 10_000;

interface TaskEntry {
  readonly task: Task;
  readonly changes: readonly TaskStatusChange[];
  readonly goneAt: number | null;
}

/** What is kept of tasks, as long as the process lives: 10,000 of them. */
export class MemoryHistory implements HistoryStore {
  /** By task id, the one that was recorded last at the end. */
  readonly #entries = new Map<string, TaskEntry>();

  async record(seen: readonly TaskObservation[]): Promise<void> {
    for (const one of seen) this.#record(one);
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= maxTasks) break;
      this.#entries.delete(id);
    }
  }

  async presentSourceTaskIds(sourceName: string): Promise<readonly string[]> {
    return this.#all().flatMap(({ task, goneAt }) => (task.sourceName === sourceName && goneAt === null ? [task.sourceTaskId] : []));
  }

  async tasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>> {
    return this.#each(taskIds, ({ task, goneAt }) => ({ task: withoutPayload(task), goneAt }));
  }

  async forgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>> {
    const gone = this.#goneOf(sourceName);
    const families = parentIds.map((id) => [id, gone.filter((task) => task.parentTaskId === id)] as const);
    return new Map(families.filter(([, children]) => children.length > 0));
  }

  async forgottenTasks(sourceName: string, { createdAfter, createdBefore, atMost }: ForgottenTaskFilter): Promise<readonly Task[]> {
    return this.#goneOf(sourceName)
      .filter(({ createdAt }) => createdAfter === null || (createdAt !== null && createdAt >= createdAfter))
      .filter(({ createdAt }) => createdBefore === null || (createdAt !== null && createdAt < createdBefore))
      .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .slice(0, atMost);
  }

  async payloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    return this.#each(taskIds, ({ task }) => task.payload);
  }

  async changes(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>> {
    return this.#each(taskIds, ({ changes }) => changes);
  }

  async durations(works: readonly SourceOperation[]): Promise<readonly (readonly number[])[]> {
    const newestFirst = this.#all().toSorted((a, b) => (b.task.finishedAt ?? 0) - (a.task.finishedAt ?? 0));
    return works.map(({ sourceName, operation }) =>
      newestFirst
        .filter(({ task }) => task.sourceName === sourceName && task.operation === operation)
        .flatMap(({ task }) => measureDuration(task) ?? [])
        .slice(0, maxDurationSamples),
    );
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  /** Of what was gone, or of another source, before then, in milliseconds since 1970. */
  prune(since: number, sourceNames: readonly string[]): void {
    for (const [id, { task, goneAt }] of this.#entries) {
      const isOfAnother = !sourceNames.includes(parseGlobalId(id)?.sourceName ?? '') && task.observedAt < since;
      if ((goneAt ?? Infinity) < since || isOfAnother) this.#entries.delete(id);
    }
  }

  #record(one: TaskObservation): void {
    const before = this.#entries.get(one.id);
    const isGoneAgain = one.task === null && before !== undefined && before.goneAt !== null;
    const known = one.task ?? before?.task;
    if (known === undefined || isGoneAgain) return;
    const task = { ...known, observedAt: one.gone?.observedAt ?? known.observedAt };
    const changes = [...(before?.changes ?? []), ...selectStatusChanges(one, before?.changes.at(-1))].slice(-maxStatusChanges);
    this.#entries.delete(one.id);
    this.#entries.set(one.id, { task, changes, goneAt: one.gone?.at ?? null });
  }

  #all(): readonly TaskEntry[] {
    return [...this.#entries.values()];
  }

  #goneOf(sourceName: string): readonly Task[] {
    return this.#all().flatMap(({ task, goneAt }) => (task.sourceName === sourceName && goneAt !== null ? [withoutPayload(task)] : []));
  }

  #each<Value>(ids: readonly string[], valueOf: (entry: TaskEntry) => Value | null): ReadonlyMap<string, Value> {
    const found = new Map<string, Value>();
    for (const id of ids) {
      const entry = this.#entries.get(id);
      const value = entry === undefined ? null : valueOf(entry);
      if (value !== null) found.set(id, value);
    }
    return found;
  }
}

function withoutPayload(task: Task): Task {
  return { ...task, payload: null };
}
