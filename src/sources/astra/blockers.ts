import type { TaskActionKind } from '../../task/act/action-kind.js';
import type { TaskActionBlocker } from '../../task/act/blocker.js';
import type { Translated } from '../../task/model/translated.js';

/** Why no action is ever possible here, and what to do at the plane instead. */
export function blockersOf(action: TaskActionKind, task: Translated): readonly TaskActionBlocker[] {
  const message = action === 'RETRY' ? retryWords : `${cancelWords} ${waysToStop.get(task.resources[0]?.type ?? '') ?? anyWayToStop}`;
  return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message }];
}

const retryWords =
  'The Astra task API is read-only and has no call to retry a task. Begin the operation again at the plane; that makes a new task.';

const cancelWords = 'The Astra task API is read-only and has no call to cancel a task.';

/** By the collection of the resource that the task works on. */
const waysToStop: ReadonlyMap<string, string> = new Map([
  [
    'appBackups',
    'To stop a backup that is in progress, delete the backup itself at the plane: it is cancelled, then deleted. A pending or immutable one cannot be stopped.',
  ],
]);

const anyWayToStop =
  'Stop the work at the plane, through the resource that it works on; a backup in progress, for example, by deleting it.';
