import type { SeenTask } from '../task/history/history.js';
import type { TaskStatusChange } from '../task/history/status-change.js';

/**
 * The statuses of a task that differ each from the one before it; the first from the one that was kept last. Planes spell their own
 * words differently from answer to answer: only of a status that is not mapped does another word mean anything.
 */
export function newChanges(
  { changes }: Pick<SeenTask, 'changes'>,
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
