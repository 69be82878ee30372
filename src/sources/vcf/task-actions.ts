import type { ActionCommand, ActionResponse, TaskActionBlocker, TaskActionBlockerCode } from '../../model/action.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task, TranslatedTask } from '../../model/task.js';
import type { SourceActions } from '../source.js';
import type { CredentialsUpdateSpec, VcfClient } from './client.js';
import { passwordOperations, readOperationType, splitPayload } from './payload.js';
import { buildRetryBody, findFailedCredentials, parseCredentialsRetry, type VcfCredentialsRetry } from './retry-credentials.js';

/**
 * The actions of SDDC Manager: retry of failed tasks, cancel of running ones, and both for failed credentials tasks.
 */
export function createVcfActions(client: VcfClient): SourceActions {
  return {
    describeEffect: describeVcfEffect,
    findBlockers: findVcfBlockers,
    act: (command, task, signal) => sendVcfAction(client, command, task, signal),
  };
}

/** Sends one request. Credentials tasks have routes of their own; the routes of ordinary tasks do not accept them. */
function sendVcfAction(client: VcfClient, command: ActionCommand, task: TranslatedTask, signal: AbortSignal): Promise<ActionResponse> {
  const id = task.sourceTaskId;
  const { credentialsTask } = splitPayload(task.payload);
  if (credentialsTask === null) return command.action === 'RETRY' ? client.retryTask(id, signal) : client.cancelTask(id, signal);
  if (command.action === 'CANCEL') return client.cancelCredentialsTask(id, signal);
  return client.retryCredentialsTask(id, buildRetrySpec(command, task, credentialsTask), signal);
}

function buildRetrySpec({ input }: ActionCommand, { parts }: TranslatedTask, credentialsTask: JsonObject): CredentialsUpdateSpec {
  const type = readOperationType(credentialsTask);
  const elements = parseCredentialsRetry(input)?.elements ?? findFailedCredentials(parts) ?? [];
  return {
    body: buildRetryBody(type?.sent ?? '', elements, type?.normalized === 'ROTATE' ? 'left out' : 'sent'),
    secrets: elements.flatMap(({ password }) => password ?? []),
  };
}

/** Every reason against an action that lies in the task. */
export function findVcfBlockers(command: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[] {
  const { task: ordinary, credentialsTask } = splitPayload(task.payload);
  const { action, input } = command;
  const retry = parseCredentialsRetry(input);
  const isUnusable = input !== null && (action === 'CANCEL' || credentialsTask === null || retry === null);
  return [
    ...blockIf(isUnusable, 'OTHER', 'This input is for the retry of a VCF credentials task.'),
    ...findStatusBlockers(action, task, credentialsTask),
    ...(credentialsTask === null ? findFlagBlockers(action, ordinary) : []),
    ...(credentialsTask === null || action === 'CANCEL' ? [] : findCredentialsBlockers(task, credentialsTask, retry)),
  ];
}

function blockIf(condition: boolean, code: TaskActionBlockerCode, message: string): readonly TaskActionBlocker[] {
  return condition ? [{ code, message }] : [];
}

type VcfTaskType = 'ordinary' | 'credentials';

/** Which tasks SDDC Manager cancels in a status; null where none. */
const cancellableTaskType: Readonly<Record<TaskStatus, VcfTaskType | null>> = {
  PENDING: null,
  QUEUED: null,
  RUNNING: 'ordinary',
  PAUSING: null,
  PAUSED: null,
  CANCELLING: null,
  SUCCEEDED: null,
  SUCCEEDED_WITH_WARNINGS: null,
  FAILED: 'credentials',
  CANCELLED: null,
  TIMED_OUT: null,
  SKIPPED: null,
  UNKNOWN: null,
};

const notCancellableMessages: Readonly<Record<VcfTaskType, string>> = {
  ordinary: 'Only a running task can be cancelled.',
  credentials: 'SDDC Manager cancels a credentials task only when it has failed.',
};

function findStatusBlockers(
  action: ActionCommand['action'],
  task: TranslatedTask,
  credentialsTask: JsonObject | null,
): readonly TaskActionBlocker[] {
  if (action === 'RETRY') return blockIf(task.status !== 'FAILED', 'WRONG_STATUS', 'Only a failed task can be retried.');
  const type = credentialsTask === null ? 'ordinary' : 'credentials';
  return blockIf(cancellableTaskType[task.status] !== type, 'WRONG_STATUS', notCancellableMessages[type]);
}

/** A missing flag is not a refusal: `isRetryable` exists since 5.1. */
function findFlagBlockers(action: ActionCommand['action'], task: JsonObject | null): readonly TaskActionBlocker[] {
  return action === 'RETRY'
    ? blockIf(task?.['isRetryable'] === false, 'REFUSED_BY_TASK', 'SDDC Manager says that this task cannot be retried.')
    : blockIf(task?.['isCancellable'] === false, 'REFUSED_BY_TASK', 'SDDC Manager says that this task cannot be cancelled.');
}

function findCredentialsBlockers(
  task: TranslatedTask,
  credentialsTask: JsonObject,
  retry: VcfCredentialsRetry | null,
): readonly TaskActionBlocker[] {
  const type = readOperationType(credentialsTask)?.normalized ?? null;
  if (type === null) return blockIf(true, 'OTHER', 'SDDC Manager does not say what this credentials task does.');
  if (type === 'UPDATE_AUTO_ROTATE_POLICY')
    return blockIf(true, 'OTHER', 'The policy that it sets is not in the task, so it cannot be sent again.');
  if (retry !== null) return findElementBlockers(type, retry);
  if (type !== 'ROTATE') return blockIf(true, 'NEEDS_INPUT', 'It needs the credentials again: use retryVcfCredentialsTask.');
  // Only the subtasks of a failed task say which credentials to rotate again.
  return task.status === 'FAILED' ? findRotateBlockers(task.parts) : [];
}

function findRotateBlockers(parts: Task['parts']): readonly TaskActionBlocker[] {
  const elements = findFailedCredentials(parts);
  return blockIf(
    elements === null || elements.length === 0,
    'NEEDS_INPUT',
    'Its subtasks do not say which credentials failed: use retryVcfCredentialsTask.',
  );
}

/** Messages name the position of an element, never its values. */
function findElementBlockers(type: string, { elements }: VcfCredentialsRetry): readonly TaskActionBlocker[] {
  if (elements.length === 0) return blockIf(true, 'NEEDS_INPUT', 'elements is empty.');
  return elements.flatMap((element, index) => [
    ...blockIf(
      (element.resourceId ?? '') === '' && (element.resourceName ?? '') === '',
      'NEEDS_INPUT',
      `elements[${index}] needs a resourceId or a resourceName.`,
    ),
    ...blockIf(passwordOperations.has(type) && element.password == null, 'NEEDS_INPUT', `elements[${index}] needs a password.`),
  ]);
}

/** What SDDC Manager does when it accepts an action, in one sentence. */
export function describeVcfEffect({ action, input }: ActionCommand, task: TranslatedTask<Task>): string {
  const { credentialsTask } = splitPayload(task.payload);
  if (credentialsTask === null) {
    return action === 'RETRY'
      ? 'SDDC Manager runs the failed task again, under the same id.'
      : 'SDDC Manager stops the running task; what it has done so far is not undone.';
  }
  if (action === 'CANCEL') return 'SDDC Manager gives the failed credentials task up, so that others can run.';
  if (readOperationType(credentialsTask)?.normalized === 'ROTATE') {
    return input === null
      ? 'SDDC Manager rotates the credentials that failed once more, to passwords of its own.'
      : 'SDDC Manager rotates the given credentials once more, to passwords of its own.';
  }
  return 'SDDC Manager runs the credentials task again with the given credentials.';
}
