import { isDeepStrictEqual } from 'node:util';

import type { TaskSourceHealth } from '../../model/source-health.js';
import { isGatewayWarning } from '../../model/task-warning.js';
import type { Task } from '../../model/task.js';

/** What wants to hear of a view's changes. It is called in the middle of taking over a reading: it must be quick and never throw. */
export interface CacheListener {
  /** Tasks differ, those included that are no news: all of the first list are. */
  observed?(differences: TaskDifferences): void;
  /** Tasks differ. */
  tasks?(differences: TaskDifferences): void;
  /** Status or problem of the source is another one; the key tells one from another. */
  health?(key: string): void;
  /** A list was read. `isWhole`: a task that is not in it is not at the plane either. */
  listed?(isWhole: boolean): void;
  /** Something was read, whether anything differs or not. */
  read?(): void;
}

/** Tells everyone who listens what is known otherwise than before. */
export class CacheChanges {
  readonly #listeners = new Set<CacheListener>();
  #hasBaseline = false;
  #healthKey: string;

  constructor(healthKey: string) {
    this.#healthKey = healthKey;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Whether the first list has been read. */
  get hasBaseline(): boolean {
    return this.#hasBaseline;
  }

  /** Status and problem of the source, as it was told last. */
  get healthKey(): string {
    return this.#healthKey;
  }

  /** Until the returned function is called. */
  listen(listener: CacheListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Before the first list, that a task is in it is no news: whoever asks gets it from that same list. From the first list on
   * it is, also where that one failed: then whoever asked got nothing.
   */
  listed(isWhole: boolean): void {
    this.#hasBaseline = true;
    for (const listener of this.#listeners) listener.listed?.(isWhole);
  }

  /** The first list was adopted from another process: it was no news. */
  setBaseline(): void {
    this.#hasBaseline = true;
  }

  notify(differences: TaskDifferences, healthKey: string): void {
    const news = this.#hasBaseline ? differences : excludeNewTasks(differences);
    const isOtherHealth = healthKey !== this.#healthKey;
    this.#healthKey = healthKey;
    for (const listener of this.#listeners) {
      if (differences.size > 0) listener.observed?.(differences);
      if (news.size > 0) listener.tasks?.(news);
      if (isOtherHealth) listener.health?.(healthKey);
      listener.read?.();
    }
  }
}

/** Only what differs of tasks that were known, as if they had been listed all along. */
function excludeNewTasks(differences: TaskDifferences): TaskDifferences {
  const changed = [...differences].filter(([, { before, after }]) => before !== null && before !== after);
  return new Map(changed.map(([sourceTaskId, difference]) => [sourceTaskId, { ...difference, wasListed: difference.isListed }]));
}

/** How a task is known otherwise than it was. That it was read again is no difference. */
export interface TaskDifference {
  /** Null: it was not known. */
  readonly before: Task | null;
  /** Null: its plane no longer has it. The same object as `before` when only its place in the list differs. */
  readonly after: Task | null;
  /** Whether it was among the tasks of its source's list. */
  readonly wasListed: boolean;
  readonly isListed: boolean;
}

/** Differences by the tasks' ids at the plane. */
export type TaskDifferences = ReadonlyMap<string, TaskDifference>;

/** Whether two readings of a task say the same; when they were made, and what this gateway adds to them, does not count. */
export function isSameTask(one: Task, other: Task): boolean {
  return isDeepStrictEqual(comparableContent(one), comparableContent(other));
}

function comparableContent(task: Task): Task {
  return { ...task, observedAt: 0, changedAt: 0, warnings: task.warnings.filter((warning) => !isGatewayWarning(warning)) };
}

/** The same for two states that are no change of each other. A support key is another one at each failure, so it does not count. */
export function buildHealthKey({ status, problem }: TaskSourceHealth): string {
  return JSON.stringify(problem === null ? [status] : [status, problem.kind, problem.httpStatus, problem.message]);
}
