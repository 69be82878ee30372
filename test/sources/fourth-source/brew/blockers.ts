import type { TaskActionKind, TaskActionBlocker } from '../../../../src/model/action.js';
import type { TaskStatus } from '../../../../src/model/task-status.js';

/** Every reason against an action on a brew. */
export function blockersOf(action: TaskActionKind, status: TaskStatus): readonly TaskActionBlocker[] {
  if (action === 'CANCEL') return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: 'Coffee cannot be taken back.' }];
  return status === 'FAILED' ? [] : [{ code: 'WRONG_STATUS', message: 'Only spilled coffee is brewed again.' }];
}
