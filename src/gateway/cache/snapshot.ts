import type { TaskSourceProblem } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { CachedTasks } from './cached-tasks.js';
import { canServeStale, markStale } from './freshness.js';
import type { ListOutcome, SuccessfulList } from './list-reads.js';
import { type TaskCollection, UnindexedTasks } from './task-index.js';

/** The cached tasks of one source after its list was needed, and how reliable they are. */
export type Snapshot = {
  readonly tasks: TaskCollection;
  /** A copy of the task with a warning where it is stale, else the same object. */
  readonly withStaleMark: (task: Task) => Task;
} & (
  | {
      readonly kind: 'answered';
      readonly observedAt: number;
      readonly problem: TaskSourceProblem | null;
      /** Null where the cache was fresh enough, so that nothing was requested. */
      readonly latencyMs: number | null;
      readonly malformedCount: number;
      readonly isComplete: boolean;
    }
  | { readonly kind: 'stale'; readonly observedAt: number; readonly problem: TaskSourceProblem }
  | {
      readonly kind: 'unavailable';
      readonly observedAt: null;
      readonly problem: TaskSourceProblem;
      readonly retryAfterMs: number | null;
    }
);

/** What a snapshot is made from. */
interface SnapshotInput {
  readonly outcome: ListOutcome;
  /** Whether the list was read for this snapshot, or was in the cache already. */
  readonly wasRead: boolean;
  /** The last list that may stand in for one that failed; null: there is none. */
  readonly fallback: SuccessfulList | null;
  readonly tasks: CachedTasks;
  readonly now: number;
}

/** What the list brought; where it failed, what was last known, as long as that may be served. */
export function buildSnapshot({ outcome, wasRead, fallback, tasks, now }: SnapshotInput): Snapshot {
  if (outcome.kind === 'succeeded') {
    const { observedAt, response } = outcome;
    const { malformedCount, isComplete, problem } = response;
    const latencyMs = wasRead ? outcome.latencyMs : null;
    const withStaleMark = (task: Task): Task =>
      !isComplete && isMissingFrom(outcome, task, tasks) ? markStale(task, tasks.observedAt(task)) : task;
    return { kind: 'answered', tasks: tasks.listed, withStaleMark, observedAt, problem, latencyMs, malformedCount, isComplete };
  }
  const { problem, retryAfterMs } = outcome.error;
  if (fallback === null || !canServeStale(outcome.error, fallback.observedAt, now))
    return { kind: 'unavailable', tasks: new UnindexedTasks([]), withStaleMark: (task) => task, observedAt: null, problem, retryAfterMs };
  const { observedAt } = fallback;
  return {
    kind: 'stale',
    tasks: tasks.listed,
    withStaleMark: (task) => markStale(task, tasks.observedAt(task), observedAt),
    observedAt,
    problem,
  };
}

/** Whether a list, or a delta, that is not complete should have said something of a task and did not. */
function isMissingFrom({ scope, requestedAt, response }: SuccessfulList, task: Task, tasks: CachedTasks): boolean {
  return tasks.observedAt(task) < requestedAt && (scope === 'complete' || response.unreadIds.includes(task.sourceTaskId));
}
