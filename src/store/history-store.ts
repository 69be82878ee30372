import type { TaskStatusChange } from '../model/history.js';
import type { JsonObject } from '../model/scalars.js';
import type { Task } from '../model/task.js';

/**
 * The port to what is kept of tasks: the last state of each that was seen, and each change of its status. Tasks are named by
 * their ids, "source name:id at the plane". Secrets are removed before anything is written. Every method may fail.
 */
export interface HistoryStore {
  /** Keeps tasks as they were seen last. Of one that is kept so already nothing is written. */
  record(seen: readonly TaskObservation[]): Promise<void>;
  /** Ids at the plane of those that a source's plane had when they were seen last. */
  presentSourceTaskIds(sourceName: string): Promise<readonly string[]>;
  /** As they were seen last, whether their planes still have them or not; none for an id that is not kept. */
  tasks(taskIds: readonly string[]): Promise<ReadonlyMap<string, StoredTask>>;
  /** Those that a source's plane no longer has and that are part of another one, by the id at the plane of that one. */
  forgottenChildren(sourceName: string, parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>>;
  /** Those that a source's plane no longer has, the newest first. */
  forgottenTasks(sourceName: string, choice: ForgottenTaskFilter): Promise<readonly Task[]>;
  /** What the planes sent of them, without secrets; none where nothing was kept. */
  payloads(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>;
  /** Statuses in the order in which they were seen, the last 100 of each task. */
  changes(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskStatusChange[]>>;
  /** How long the newest tasks that succeeded took, in milliseconds, at most 200 of each kind of work; in the order of the works. */
  durations(works: readonly SourceOperation[]): Promise<readonly (readonly number[])[]>;
}

/** What was seen of a task since it was recorded last. */
export interface TaskObservation {
  readonly id: string;
  /** Null: nothing newer than what is kept. */
  readonly task: Task | null;
  /** Its statuses, the oldest first; the first may be the one that was kept last. */
  readonly changes: readonly TaskStatusChange[];
  /** Since when its plane no longer has it, in milliseconds since 1970, and when it was last read; null while the plane has it. */
  readonly gone: { readonly at: number; readonly observedAt: number | null } | null;
}

/** Its payload is null: that is kept apart. */
export interface StoredTask {
  readonly task: Task;
  /** Milliseconds since 1970; null while its plane has it, as far as that was seen. */
  readonly goneAt: number | null;
}

/** Which of the tasks that are gone. */
export interface ForgottenTaskFilter {
  /** Milliseconds since 1970; null is no bound. With a bound, tasks without the time are left out. */
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
  readonly atMost: number;
}

/** Work of one kind: an operation of one source. */
export interface SourceOperation {
  readonly sourceName: string;
  readonly operation: string;
}

/** So many changes of status are kept of one task. */
export const maxStatusChanges = 100;
