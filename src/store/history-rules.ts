import type { TaskStatusChange } from '../model/history.js';
import { durationBetween } from '../model/scalars.js';
import type { Task } from '../model/task.js';
import type { TaskObservation } from './history-store.js';

/**
 * The statuses of a task that differ each from the one before it; the first from the one that was kept last. Planes spell their own
 * words differently from answer to answer: only of a status that is not mapped does another word mean anything.
 */
export function selectStatusChanges(
  { changes }: Pick<TaskObservation, 'changes'>,
  kept: Pick<TaskStatusChange, 'status' | 'sourceStatus'> | undefined,
): readonly TaskStatusChange[] {
  let last = kept;
  return changes.filter((change) => {
    const isOtherWord = change.status === 'UNKNOWN' && change.sourceStatus !== last?.sourceStatus;
    const differs = change.status !== last?.status || isOtherWord;
    last = change;
    return differs;
  });
}

/** How long a task took that succeeded; null where its times cannot be trusted. */
export function measureDuration({ status, startedAt, createdAt, finishedAt }: Task): number | null {
  const hasSucceeded = status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS';
  return hasSucceeded ? durationBetween(startedAt ?? createdAt, finishedAt) : null;
}
