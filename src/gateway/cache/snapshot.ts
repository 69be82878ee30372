import type { TaskSourceProblem } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { CachedTasks } from './cached-tasks.js';
import { canServeStale, markOverdue, markStale } from './freshness.js';
import type { ListOutcome, OverdueList, SuccessfulList } from './list-reads.js';
import type { TaskCollection } from './task-index.js';
import { UnindexedTasks } from './unindexed-tasks.js';

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
  | {
      readonly kind: 'stale';
      readonly observedAt: number;
      readonly problem: TaskSourceProblem;
      /** The read did not fail: it is under way, and was not waited for any longer. */
      readonly isOverdue: boolean;
    }
  | {
      readonly kind: 'unavailable';
      readonly observedAt: null;
      readonly problem: TaskSourceProblem;
      readonly retryAfterMs: number | null;
      /** See above. */
      readonly isOverdue: boolean;
    }
);

/** What a snapshot is made from. */
interface SnapshotInput {
  readonly outcome: ListOutcome | OverdueList;
  /** Whether the list was read for this snapshot, or was in the cache already. */
  readonly wasRead: boolean;
  /** The last list that may stand in for one that failed or is overdue; null: there is none. */
  readonly fallback: SuccessfulList | null;
  readonly tasks: CachedTasks;
  /** Whether the last read that ended failed: then a list that is overdue is one more sign of it. */
  readonly isFailing: boolean;
  readonly now: number;
}

/** What the list brought; where it failed or is overdue, what was last known, as long as that may be served. */
export function buildSnapshot({ outcome, wasRead, fallback, tasks, isFailing, now }: SnapshotInput): Snapshot {
  if (outcome.kind === 'succeeded') {
    const { observedAt, response } = outcome;
    const { malformedCount, isComplete, problem } = response;
    const latencyMs = wasRead ? outcome.latencyMs : null;
    const withStaleMark = (task: Task): Task =>
      !isComplete && isMissingFrom(outcome, task, tasks) ? markStale(task, tasks.observedAt(task)) : task;
    return { kind: 'answered', tasks: tasks.listed, withStaleMark, observedAt, problem, latencyMs, malformedCount, isComplete };
  }
  const { problem, retryAfterMs } = outcome.error;
  const isOverdue = outcome.kind === 'overdue';
  if (fallback === null || !canServeStale(outcome.error, fallback.observedAt, now)) {
    const nothing = { tasks: new UnindexedTasks([]), withStaleMark: (task: Task) => task, observedAt: null };
    return { kind: 'unavailable', ...nothing, problem, retryAfterMs, isOverdue };
  }
  const { observedAt } = fallback;
  const mark = isOverdue && !isFailing ? markOverdue : markStale;
  return {
    kind: 'stale',
    tasks: tasks.listed,
    withStaleMark: (task) => mark(task, tasks.observedAt(task), observedAt),
    observedAt,
    problem,
    isOverdue,
  };
}

/** Whether a list, or a delta, that is not complete should have said something of a task and did not. */
function isMissingFrom({ scope, requestedAt, response }: SuccessfulList, task: Task, tasks: CachedTasks): boolean {
  return tasks.observedAt(task) < requestedAt && (scope === 'complete' || response.unreadIds.includes(task.sourceTaskId));
}
