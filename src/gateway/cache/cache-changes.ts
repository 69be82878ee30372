import { isDeepStrictEqual } from 'node:util';

import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { isGatewayWarning } from '../../model/task-warning.js';
import { omitObservations, type Task } from '../../model/task.js';

/** How a cached task changed. That it was read again unchanged is no difference. */
export interface TaskDifference {
  /** Null: it was not cached. */
  readonly before: Task | null;
  /** Null: its plane no longer has it. The same object as `before` when it only entered or left the list. */
  readonly after: Task | null;
  /** What its plane sent of `after`, where only a part of that payload is in memory; null where all of it is. */
  readonly readPayload: ReadPayload | null;
  /** Whether it was among the tasks of its source's list. */
  readonly wasListed: boolean;
  readonly isListed: boolean;
}

/** Parses what a plane sent of a task once more. */
export type ReadPayload = () => JsonObject;

/** Differences by the tasks' ids at the plane. */
export type TaskDifferences = ReadonlyMap<string, TaskDifference>;

/** The health of a source is not what it was. The same object for all listeners, so that one answer to it serves all subscribers. */
export interface HealthChange {
  readonly sourceName: string;
  /** See `buildHealthKey`. */
  readonly key: string;
}

/** Differences that listeners have not been told yet. */
export class DifferenceLog {
  #differences = new Map<string, TaskDifference>();

  /** Of how many tasks. */
  get size(): number {
    return this.#differences.size;
  }

  /** Several changes before they are taken become one: from the first state to the last. `entry`: the task before, if it was cached. */
  record(
    sourceTaskId: string,
    entry: { readonly task: Task; readonly isListed: boolean } | undefined,
    after: Task | null,
    isListed: boolean,
    readPayload: ReadPayload | null = null,
  ): void {
    const earlier = this.#differences.get(sourceTaskId);
    const before = earlier === undefined ? (entry?.task ?? null) : earlier.before;
    const wasListed = earlier === undefined ? (entry?.isListed ?? false) : earlier.wasListed;
    const known = earlier?.after === after ? earlier.readPayload : null;
    this.#differences.set(sourceTaskId, { before, after, readPayload: readPayload ?? known, wasListed, isListed });
  }

  forget(sourceTaskId: string): void {
    this.#differences.delete(sourceTaskId);
  }

  /** What changed since the last call: all of it, or as many tasks as are given, the longest known first. */
  take(most = Infinity): TaskDifferences {
    const differences = this.#differences;
    if (differences.size <= most) {
      this.#differences = new Map();
      return differences;
    }
    const taken = new Map<string, TaskDifference>();
    for (const [sourceTaskId, difference] of differences) {
      if (taken.size === most) break;
      taken.set(sourceTaskId, difference);
      differences.delete(sourceTaskId);
    }
    return taken;
  }

  /** What changed of these tasks since the last call. */
  takeOf(sourceTaskIds: Iterable<string>): TaskDifferences {
    const taken = new Map<string, TaskDifference>();
    for (const sourceTaskId of sourceTaskIds) {
      const difference = this.#differences.get(sourceTaskId);
      if (difference !== undefined) taken.set(sourceTaskId, difference);
      this.#differences.delete(sourceTaskId);
    }
    return taken;
  }

  /** What another log has not told yet comes before the differences of this one. */
  continue(earlier: DifferenceLog): void {
    if (earlier.size === 0) return;
    const later = this.#differences;
    this.#differences = new Map(earlier.#differences);
    for (const [id, { before, wasListed, after, isListed, readPayload }] of later) {
      this.record(id, before === null ? undefined : { task: before, isListed: wasListed }, after, isListed, readPayload);
    }
  }
}

/**
 * Listens to the changes of a source's cache. Called while a read is being applied, so it must be quick and must not
 * throw. The differences of a long list come in several calls.
 *
 * | Callback          | Called after                                                        | For                     |
 * | ----------------- | ------------------------------------------------------------------- | ----------------------- |
 * | `onDifferences`   | a read that changed a task, also when it was the first list         | history, replicas       |
 * | `onTasksChanged`  | a read that changed a task; tasks of the first list are no changes  | subscriptions to tasks  |
 * | `onHealthChanged` | a read after which status or problem of the source are different    | subscriptions to health |
 * | `onRead`          | every read, or data from a replica, whether anything changed or not | the poller, replicas    |
 * | `onListRead`      | every read of the list, after the others                            | history, replicas       |
 */
interface CacheListener {
  onDifferences?(differences: TaskDifferences): void;
  onTasksChanged?(differences: TaskDifferences): void;
  onHealthChanged?(change: HealthChange): void;
  onRead?(): void;
  /** `isExhaustive`: a task that is not in the list is not at the plane either. */
  onListRead?(isExhaustive: boolean): void;
}

const callbackNames = ['onDifferences', 'onTasksChanged', 'onHealthChanged', 'onRead', 'onListRead'] as const;

type TaskListener = (difference: TaskDifference) => void;

/** Tells listeners what changed in the cache of one source: each only of what it listens to, as there may be thousands. */
export class CacheChanges {
  readonly #listeners: Readonly<Record<keyof CacheListener, Set<CacheListener>>> = {
    onDifferences: new Set(),
    onTasksChanged: new Set(),
    onHealthChanged: new Set(),
    onRead: new Set(),
    onListRead: new Set(),
  };
  /** By the task's id at the plane. */
  readonly #taskListeners = new Map<string, Set<TaskListener>>();
  #listenerCount = 0;
  #hasBaseline = false;
  #health: HealthChange;

  /** `health`: as it is at first. */
  constructor(health: HealthChange) {
    this.#health = health;
  }

  get listenerCount(): number {
    return this.#listenerCount;
  }

  /** Whether the first list has been read. */
  get hasBaseline(): boolean {
    return this.#hasBaseline;
  }

  /** Status and problem of the source, as listeners were told last. */
  get healthKey(): string {
    return this.#health.key;
  }

  /** Until the returned function is called. */
  listen(listener: CacheListener): () => void {
    const sets = callbackNames.filter((name) => listener[name] !== undefined).map((name) => this.#listeners[name]);
    for (const set of sets) set.add(listener);
    return this.#count(() => {
      for (const set of sets) set.delete(listener);
    });
  }

  /** Listens to the changes of one task, as `onTasksChanged` tells them, until the returned function is called. */
  listenToTask(sourceTaskId: string, listener: TaskListener): () => void {
    const listeners = this.#taskListeners.get(sourceTaskId) ?? new Set();
    this.#taskListeners.set(sourceTaskId, listeners);
    listeners.add(listener);
    return this.#count(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#taskListeners.get(sourceTaskId) === listeners) this.#taskListeners.delete(sourceTaskId);
    });
  }

  /**
   * The first list is a baseline: that its tasks exist is no change, because its caller gets them from it. It
   * is one also when the read failed: then nobody got anything, and what the next list brings is new.
   */
  notifyListRead(isExhaustive: boolean): void {
    this.#hasBaseline = true;
    for (const listener of this.#listeners.onListRead) listener.onListRead?.(isExhaustive);
  }

  /** The baseline came from another replica. */
  setBaseline(): void {
    this.#hasBaseline = true;
  }

  /** A part of what a read has changed; the rest of it, and what else is to be told of the read, comes with `notify`. */
  notifyDifferences(differences: TaskDifferences): void {
    const changes = this.#hasBaseline ? differences : excludeNewTasks(differences);
    if (differences.size > 0) for (const listener of this.#listeners.onDifferences) listener.onDifferences?.(differences);
    if (changes.size === 0) return;
    for (const listener of this.#listeners.onTasksChanged) listener.onTasksChanged?.(changes);
    if (this.#taskListeners.size === 0) return;
    for (const [sourceTaskId, difference] of changes)
      for (const listener of this.#taskListeners.get(sourceTaskId) ?? []) listener(difference);
  }

  notify(differences: TaskDifferences, healthKey: string): void {
    this.notifyDifferences(differences);
    if (healthKey !== this.#health.key) {
      const change = { sourceName: this.#health.sourceName, key: healthKey };
      this.#health = change;
      for (const listener of this.#listeners.onHealthChanged) listener.onHealthChanged?.(change);
    }
    for (const listener of this.#listeners.onRead) listener.onRead?.();
  }

  /** Counts a listener; the returned function ends it, however often it is called. */
  #count(end: () => void): () => void {
    this.#listenerCount += 1;
    let isListening = true;
    return () => {
      if (!isListening) return;
      isListening = false;
      this.#listenerCount -= 1;
      end();
    };
  }
}

/** Only the differences of tasks that were cached before, as if they had been listed all along. */
function excludeNewTasks(differences: TaskDifferences): TaskDifferences {
  const changed = [...differences].filter(([, { before, after }]) => before !== null && before !== after);
  return new Map(changed.map(([sourceTaskId, difference]) => [sourceTaskId, { ...difference, wasListed: difference.isListed }]));
}

/**
 * Whether two states of a task are equal, apart from when they were read or seen to begin, and from the warnings that this
 * gateway adds.
 */
export function isSameTask(one: Task, other: Task): boolean {
  return isDeepStrictEqual(comparableContent(one), comparableContent(other));
}

function comparableContent(task: Task): Task {
  return { ...omitObservations(task), warnings: task.warnings.filter((warning) => !isGatewayWarning(warning)) };
}

/**
 * Equal for two states of health that are no change. The reference token differs with each failure, so it is left out.
 */
export function buildHealthKey({ status, problem }: TaskSourceHealth): string {
  return JSON.stringify(problem === null ? [status] : [status, problem.kind, problem.httpStatus, problem.message]);
}
