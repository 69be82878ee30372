import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { CachedTasks } from './cached-tasks.js';
import { canServeStale, markStale } from './freshness.js';
import type { ListResult, SuccessfulList } from './list-reads.js';
import { type TaskCollection, UnindexedTasks } from './task-index.js';

/** What is known of all tasks of one source, and how well. */
export type Snapshot = {
  /** As they were read. */
  readonly tasks: TaskCollection;
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

/** What is known after a list was asked for: what it brought, or else what was last known while that is fit to be shown. */
export function buildSnapshot(result: ListResult, good: SuccessfulList | null, known: CachedTasks, now: number): Snapshot {
  if (!(result instanceof SourceProblemError)) {
    const { malformedCount, isComplete, problem } = result;
    const { observedAt, latencyMs } = good ?? { observedAt: now, latencyMs: null };
    const present =
      result.isComplete || good === null
        ? unmarked
        : (task: Task): Task => (isMissingFrom(task, good) ? markStale(task, task.observedAt) : task);
    return { state: 'answered', tasks: known.listed, present, observedAt, problem, latencyMs, malformedCount, isComplete };
  }
  const { problem, retryAfterMs } = result;
  if (good === null || !canServeStale(result, good.observedAt, now)) {
    return { state: 'unavailable', tasks: noTasks, present: unmarked, observedAt: null, problem, retryAfterMs };
  }
  const { observedAt } = good;
  return { state: 'stale', tasks: known.listed, present: (task) => markStale(task, observedAt), observedAt, problem };
}

const noTasks = new UnindexedTasks([]);

function unmarked(task: Task): Task {
  return task;
}

/** Whether a list that is not complete, or news that are not, say nothing of a task that they should. */
function isMissingFrom(task: Task, { extent, answer, askedAt }: SuccessfulList): boolean {
  return task.observedAt < askedAt && (extent === 'whole' || answer.unchanged.includes(task.sourceTaskId));
}
