import type { ActionCommand } from '../../../task/act/action-command.js';
import type { TaskActionBlocker } from '../../../task/act/blocker.js';
import type { TaskActionBlockerCode } from '../../../task/act/blocker-code.js';
import type { Task } from '../../../task/model/task.js';
import type { Translated } from '../../../task/model/translated.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';
import { needsPasswords, operationTypeOf } from '../translation/credentials-operation.js';
import { credentialsRetryOf, type VcfCredentialsRetry } from './credentials-retry.js';
import { failedCredentialsOf } from './failed-credentials.js';
import { partsOf } from '../translation/payload.js';

/** Every reason in the task itself against an action. */
export function blockersOf(command: ActionCommand, task: Translated): readonly TaskActionBlocker[] {
  const { task: ordinary, credentialsTask } = partsOf(task.payload);
  const { action, input } = command;
  const retry = credentialsRetryOf(input);
  const isOutOfPlace = input !== null && (action === 'CANCEL' || credentialsTask === null || retry === null);
  return [
    ...blockIf(isOutOfPlace, 'OTHER', 'This input is for the retry of a VCF credentials task.'),
    ...wrongStatus(action, task, credentialsTask),
    ...(credentialsTask === null ? refusal(action, ordinary) : []),
    ...(credentialsTask === null || action === 'CANCEL' ? [] : credentialsBlockers(task, credentialsTask, retry)),
  ];
}

function blockIf(holds: boolean, code: TaskActionBlockerCode, message: string): readonly TaskActionBlocker[] {
  return holds ? [{ code, message }] : [];
}

function wrongStatus(action: ActionCommand['action'], task: Translated, credentialsTask: JsonObject | null): readonly TaskActionBlocker[] {
  if (action === 'RETRY') return blockIf(task.status !== 'FAILED', 'WRONG_STATUS', 'Only a failed task can be retried.');
  if (credentialsTask === null) return blockIf(task.status !== 'RUNNING', 'WRONG_STATUS', 'Only a running task can be cancelled.');
  return blockIf(task.status !== 'FAILED', 'WRONG_STATUS', 'SDDC Manager cancels a credentials task only when it has failed.');
}

/** A missing flag is no refusal: `isRetryable` came in 5.1. */
function refusal(action: ActionCommand['action'], task: JsonObject | null): readonly TaskActionBlocker[] {
  return action === 'RETRY'
    ? blockIf(task?.['isRetryable'] === false, 'REFUSED_BY_TASK', 'SDDC Manager says that this task cannot be retried.')
    : blockIf(task?.['isCancellable'] === false, 'REFUSED_BY_TASK', 'SDDC Manager says that this task cannot be cancelled.');
}

function credentialsBlockers(
  task: Translated,
  credentialsTask: JsonObject,
  retry: VcfCredentialsRetry | null,
): readonly TaskActionBlocker[] {
  const type = operationTypeOf(credentialsTask)?.spelled ?? null;
  if (type === null) return blockIf(true, 'OTHER', 'SDDC Manager does not say what this credentials task does.');
  if (type === 'UPDATE_AUTO_ROTATE_POLICY')
    return blockIf(true, 'OTHER', 'The policy that it sets is not in the task, so it cannot be sent again.');
  if (retry !== null) return elementBlockers(type, retry);
  if (type !== 'ROTATE') return blockIf(true, 'NEEDS_INPUT', 'It needs the credentials again: use retryVcfCredentialsTask.');
  // Only a failed one says which credentials to rotate again.
  return task.status === 'FAILED' ? rotateBlockers(task.parts) : [];
}

function rotateBlockers(parts: Task['parts']): readonly TaskActionBlocker[] {
  const elements = failedCredentialsOf(parts);
  return blockIf(
    elements === null || elements.length === 0,
    'NEEDS_INPUT',
    'Its subtasks do not say which credentials failed: use retryVcfCredentialsTask.',
  );
}

/** Messages name places, never values. */
function elementBlockers(type: string, { elements }: VcfCredentialsRetry): readonly TaskActionBlocker[] {
  if (elements.length === 0) return blockIf(true, 'NEEDS_INPUT', 'elements is empty.');
  return elements.flatMap((element, index) => [
    ...blockIf(
      (element.resourceId ?? '') === '' && (element.resourceName ?? '') === '',
      'NEEDS_INPUT',
      `elements[${index}] needs a resourceId or a resourceName.`,
    ),
    ...blockIf(needsPasswords.has(type) && element.password == null, 'NEEDS_INPUT', `elements[${index}] needs a password.`),
  ]);
}
