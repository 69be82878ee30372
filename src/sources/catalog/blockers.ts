import type { TaskActionKind } from '../../task/act/action-kind.js';
import type { TaskActionBlocker } from '../../task/act/blocker.js';

/** Why the catalog cannot do an action, and what can be done there instead. */
export function blockersOf(action: TaskActionKind, operation: string | null): readonly [TaskActionBlocker] {
  return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: action === 'RETRY' ? retryMessage(operation) : cancelMessage(operation) }];
}

function retryMessage(operation: string | null): string {
  const instead = operation === 'delete' ? 'delete the install again' : 'install the package again';
  return `The catalog has no call to retry a task; ${instead} at the catalog, which starts a new task.`;
}

function cancelMessage(operation: string | null): string {
  const instead = operation === 'delete' ? 'install the package again' : 'delete the install';
  return `The catalog has no call to cancel a task; when it has finished, ${instead} at the catalog to undo it.`;
}
