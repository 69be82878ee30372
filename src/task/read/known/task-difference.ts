import type { Task } from '../../model/task.js';

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
