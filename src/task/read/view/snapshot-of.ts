import { SourceProblemError } from '../../error/source-problem-error.js';
import type { Task } from '../../model/task.js';
import type { KnownTasks } from '../known/known-tasks.js';
import type { GoodList, ListResult } from './list-reading.js';
import type { Snapshot } from './snapshot.js';
import { SomeTasks } from '../known/some-tasks.js';
import { isPresentable, markStale } from '../known/stale.js';

/** What is known after a list was asked for: what it brought, or else what was last known while that is fit to be shown. */
export function snapshotOf(result: ListResult, good: GoodList | null, known: KnownTasks, now: number): Snapshot {
  if (!(result instanceof SourceProblemError)) {
    const { malformedCount, isComplete, problem } = result;
    const { observedAt, latencyMs } = good ?? { observedAt: now, latencyMs: null };
    const present =
      result.isComplete || good === null ? asItIs : (task: Task): Task => (isLeftOut(task, good) ? markStale(task, task.observedAt) : task);
    return { state: 'answered', tasks: known.listed, present, observedAt, problem, latencyMs, malformedCount, isComplete };
  }
  const { problem, retryAfterMs } = result;
  if (good === null || !isPresentable(result, good.observedAt, now)) {
    return { state: 'unavailable', tasks: noTasks, present: asItIs, observedAt: null, problem, retryAfterMs };
  }
  const { observedAt } = good;
  return { state: 'stale', tasks: known.listed, present: (task) => markStale(task, observedAt), observedAt, problem };
}

const noTasks = new SomeTasks([]);

function asItIs(task: Task): Task {
  return task;
}

/** Whether a list that is not complete, or news that are not, say nothing of a task that they should. */
function isLeftOut(task: Task, { extent, answer, askedAt }: GoodList): boolean {
  return task.observedAt < askedAt && (extent === 'whole' || answer.unchanged.includes(task.sourceTaskId));
}
