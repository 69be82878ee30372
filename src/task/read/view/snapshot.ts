import type { Task } from '../../model/task.js';
import type { TaskSourceProblem } from '../../source/problem.js';
import type { TaskList } from '../known/task-list.js';

/** What is known of all tasks of one source, and how well. */
export type Snapshot = {
  /** As they were read. */
  readonly tasks: TaskList;
  /** A task as it is to be shown: with a warning where it is what was last known. What is the same again is the same object. */
  readonly present: (task: Task) => Task;
} & (
  | {
      readonly state: 'answered';
      readonly observedAt: number;
      readonly problem: TaskSourceProblem | null;
      /** Of this reading; null when nothing was asked. */
      readonly latencyMs: number | null;
      readonly malformedCount: number;
      readonly isComplete: boolean;
    }
  | { readonly state: 'stale'; readonly observedAt: number; readonly problem: TaskSourceProblem }
  | {
      readonly state: 'unavailable';
      readonly observedAt: null;
      readonly problem: TaskSourceProblem;
      readonly retryAfterMs: number | null;
    }
);
