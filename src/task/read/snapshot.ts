import type { Task } from '../model/task.js';
import type { TaskSourceProblem } from '../source/problem.js';

/** What is known of all tasks of one source, and how well. */
export type Snapshot =
  | {
      readonly state: 'answered';
      readonly tasks: readonly Task[];
      readonly observedAt: number;
      readonly problem: TaskSourceProblem | null;
      /** Of this reading; null when nothing was asked. */
      readonly latencyMs: number | null;
      readonly malformedCount: number;
      readonly isComplete: boolean;
    }
  | { readonly state: 'stale'; readonly tasks: readonly Task[]; readonly observedAt: number; readonly problem: TaskSourceProblem }
  | {
      readonly state: 'unavailable';
      readonly tasks: readonly [];
      readonly observedAt: null;
      readonly problem: TaskSourceProblem;
      readonly retryAfterMs: number | null;
    };
