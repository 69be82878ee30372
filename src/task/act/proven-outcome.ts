import type { CutOffAction } from '../ledger.js';
import type { TaskStatus } from '../model/status.js';
import type { Task } from '../model/task.js';
import type { TaskActionOutcome } from './outcome.js';

/** Where a task cannot get by itself from the status in which its plane can be asked for the action. */
const effects: Readonly<Record<CutOffAction['action'], ReadonlySet<TaskStatus>>> = {
  RETRY: new Set(['PENDING', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS']),
  CANCEL: new Set(['CANCELLING', 'CANCELLED']),
};

/**
 * What the task, read afterwards, proves of an action that was about to be sent and whose answer was lost; null: its plane no
 * longer has it. A finished task does not run again by itself, and none cancels itself: then the plane has done what was asked
 * for. That nothing shows proves nothing: the plane may have failed at it again, or not have begun. No clock is trusted.
 */
export function provenOutcome({ action, sentFrom }: CutOffAction, task: Pick<Task, 'status'> | null): TaskActionOutcome {
  if (task === null || sentFrom === 'UNKNOWN' || task.status === sentFrom) return 'UNKNOWN';
  return effects[action].has(task.status) ? 'ACCEPTED' : 'UNKNOWN';
}
