import type { ActionCommand } from '../../../task/act/action-command.js';
import type { Task } from '../../../task/model/task.js';
import type { Translated } from '../../../task/model/translated.js';
import { operationTypeOf } from '../translation/credentials-operation.js';
import { partsOf } from '../translation/payload.js';

/** What SDDC Manager does when it takes an action, in one sentence. */
export function effectOf({ action, input }: ActionCommand, task: Translated<Task>): string {
  const { credentialsTask } = partsOf(task.payload);
  if (credentialsTask === null) {
    return action === 'RETRY'
      ? 'SDDC Manager runs the failed task again, under the same id.'
      : 'SDDC Manager stops the running task; what it has done so far is not undone.';
  }
  if (action === 'CANCEL') return 'SDDC Manager gives the failed credentials task up, so that others can run.';
  if (operationTypeOf(credentialsTask)?.spelled === 'ROTATE') {
    return input === null
      ? 'SDDC Manager rotates the credentials that failed once more, to passwords of its own.'
      : 'SDDC Manager rotates the given credentials once more, to passwords of its own.';
  }
  return 'SDDC Manager runs the credentials task again with the given credentials.';
}
