import type { SeenTask } from '../task/history/history.js';
import type { TaskStatusChange } from '../task/history/status-change.js';

/** The statuses of a task that differ each from the one before it; the first from the one that was kept last. */
export function newChanges(
  { changes }: Pick<SeenTask, 'changes'>,
  kept: Pick<TaskStatusChange, 'status' | 'sourceStatus'> | undefined,
): readonly TaskStatusChange[] {
  let last = kept;
  return changes.filter((change) => {
    const differs = change.status !== last?.status || change.sourceStatus !== last.sourceStatus;
    last = change;
    return differs;
  });
}
