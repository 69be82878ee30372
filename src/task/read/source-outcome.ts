import type { TaskSourceAnswered } from '../source/answered.js';
import { usualRetryAfterMs } from '../source/retry-after.js';
import type { TaskSourceStale } from '../source/stale.js';
import type { TaskSource } from '../source/task-source.js';
import type { TaskSourceUnavailable } from '../source/unavailable.js';
import type { Snapshot } from './view/snapshot.js';

export interface AskedSource {
  readonly source: TaskSource;
  readonly snapshot: Snapshot;
  /** Milliseconds until its plane is asked again, as it is now: another call may have shown since that it is not worth asking. */
  readonly notAskedForMs: number;
}

/** What became of asking one source, as the schema shows it. `taskCount` is that of its tasks after the whole filter. */
export function outcomeOf(
  { source, snapshot, notAskedForMs }: AskedSource,
  taskCount: number,
): TaskSourceAnswered | TaskSourceStale | TaskSourceUnavailable {
  const { observedAt, problem } = snapshot;
  if (snapshot.state === 'stale') return { __typename: 'TaskSourceStale', source, taskCount, observedAt, problem };
  if (snapshot.state === 'unavailable') {
    return {
      __typename: 'TaskSourceUnavailable',
      source,
      taskCount,
      observedAt,
      problem,
      retryAfterMs: Math.max(Math.ceil(notAskedForMs), snapshot.retryAfterMs ?? (notAskedForMs > 0 ? 0 : usualRetryAfterMs)),
    };
  }
  const { latencyMs, malformedCount, isComplete } = snapshot;
  return { __typename: 'TaskSourceAnswered', source, taskCount, observedAt, problem, latencyMs, malformedCount, isComplete };
}
