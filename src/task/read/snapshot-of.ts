import { SourceProblemError } from '../error/source-problem-error.js';
import type { KnownTasks } from './known-tasks.js';
import type { GoodList, ListResult } from './list-reading.js';
import type { Snapshot } from './snapshot.js';
import { isPresentable, markStale } from './stale.js';

/** What is known after a list was asked for: what it brought, or else what was last known while that is fit to be shown. */
export function snapshotOf(result: ListResult, good: GoodList | null, known: KnownTasks, now: number): Snapshot {
  if (!(result instanceof SourceProblemError)) {
    const { malformedCount, isComplete, problem } = result;
    const { askedAt, observedAt, latencyMs } = good ?? { askedAt: now, observedAt: now, latencyMs: null };
    // What a list that is not complete has left out is what was last known.
    const tasks = result.isComplete
      ? known.all()
      : known.all().map((task) => (task.observedAt < askedAt ? markStale(task, task.observedAt) : task));
    return { state: 'answered', tasks, observedAt, problem, latencyMs, malformedCount, isComplete };
  }
  const { problem, retryAfterMs } = result;
  if (good === null || !isPresentable(result, good.observedAt, now)) {
    return { state: 'unavailable', tasks: [], observedAt: null, problem, retryAfterMs };
  }
  const tasks = known.all().map((task) => markStale(task, good.observedAt));
  return { state: 'stale', tasks, observedAt: good.observedAt, problem };
}
