import type { TaskActionError } from '../../model/action-errors.js';
import type { ActionCommand, ActionResponse, TaskActionOutcome } from '../../model/action.js';
import { createOtherProblem, SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { Caller } from '../access/caller.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import { type ActionRecorder, type ActionRequest, toRecordedRequest } from './action-recorder.js';
import { type ActionTaskReader, selectObserved } from './action-task-reader.js';
import { createBlocker, createNotAllowedError, findBlockers } from './blockers.js';
import type { StoreHealth } from './store-health.js';
import type { PendingActions, TaskLocks } from './task-lock.js';

/** What an action of one caller works with. */
export interface ActionContext {
  readonly caller: Caller;
  readonly tasks: ActionTaskReader;
  readonly recorder: ActionRecorder;
  readonly pendingActions: PendingActions;
  readonly locks: TaskLocks;
  readonly storeHealth: StoreHealth;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

export interface ActionResult {
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
  readonly task: Task | null;
  /** Whether a request was sent to the plane, or may have been. */
  readonly isSent: boolean;
}

/** Checks blockers, records the intent, locks the task, sends one request, records the outcome, reads the task. */
export async function performAction(request: ActionRequest, context: ActionContext): Promise<ActionResult> {
  const { caller, tasks, recorder, pendingActions, locks } = context;
  const location = tasks.locate(request.taskId);
  const task = location === null ? null : await tasks.read(location);
  if (location === null || task === null) return refuse(request, null, notFoundError(request), recorder);
  const { source } = location.cache;
  if (task instanceof SourceProblemError) {
    const error = createNotAllowedError([createBlocker('SOURCE_UNAVAILABLE', task.message)], request.path);
    // Where callers send their own tokens, the plane has not shown this one that the task exists.
    return refuse(request, null, error, recorder, !location.usesCallerTokens);
  }
  const isRecordable = await context.storeHealth.confirm();
  const isBusy = (one: Task): boolean => pendingActions.isBusy(tasks.lastObserved(one));
  const blockers = findBlockers(request.command, { task, source, caller, isBusy, isRecordable });
  if (blockers.length > 0) return refuse(request, task, createNotAllowedError(blockers, request.path), recorder);

  const { previousAuditId } = pendingActions.begin(task.id);
  const auditId = await recorder.recordIntent(request, task.status);
  if (auditId === null) {
    pendingActions.release(task.id);
    const blocker = createBlocker('LEDGER_UNAVAILABLE', 'The action could not be recorded, so it was not sent.');
    return refuse(request, task, createNotAllowedError([blocker], request.path), recorder);
  }
  const { timeoutMs } = source;
  const blocker = await locks.lock({ task, auditId, previousAuditId, timeoutMs, readNow: () => tasks.readNow(location) });
  if (blocker !== null) {
    const errors = [createNotAllowedError([blocker], request.path)];
    await recorder.recordOutcome(request, auditId, 'REJECTED', errors);
    pendingActions.release(task.id);
    return { outcome: 'REJECTED', errors, auditId, task, isSent: false };
  }
  const response = await send(request.command, task, source, context.report);
  if (response.outcome === 'REJECTED') pendingActions.release(task.id);
  else pendingActions.markSent(task.id, auditId, task.status);
  await recorder.recordOutcome(request, auditId, response.outcome, describeErrors(response, request, null, task));
  const after = await tasks.readAfterAction(location, task, response.outcome);
  const taskAfter = after instanceof SourceProblemError ? null : after;
  if (taskAfter !== null && pendingActions.observeAfterAction(taskAfter)) await locks.unlock(taskAfter.id, auditId);
  return { outcome: response.outcome, errors: describeErrors(response, request, after, task), auditId, task: taskAfter, isSent: true };
}

async function refuse(
  request: ActionRequest,
  task: Task | null,
  error: TaskActionError,
  recorder: ActionRecorder,
  appearsInTaskHistory = task !== null,
): Promise<ActionResult> {
  const auditId = await recorder.recordRefusal(toRecordedRequest(request), { error, appearsInTaskHistory });
  return { outcome: 'REJECTED', errors: [error], auditId, task, isSent: false };
}

/** Sends the one request of an action. It never rejects. */
async function send(command: ActionCommand, task: Task, source: Source, report: (error: unknown) => void): Promise<ActionResponse> {
  try {
    return await source.actions.act(command, task, AbortSignal.timeout(source.timeoutMs));
  } catch (error) {
    // Sources never throw for what their planes do. This is a defect of the gateway, and the request may have been sent
    // before it.
    report(error);
    return { outcome: 'UNKNOWN', problem: createOtherProblem('The gateway failed while it sent the request.') };
  }
}

function notFoundError({ path, taskId }: ActionRequest): TaskActionError {
  return { __typename: 'TaskNotFoundError', message: 'There is no such task, or you may not read it.', path, taskId };
}

/** The errors of a response. `after`: the task as read after the request; null when it has not been read or is gone. */
function describeErrors(
  response: ActionResponse,
  { path, taskId }: ActionRequest,
  after: TaskReadResult,
  before: Task,
): readonly TaskActionError[] {
  if (response.outcome === 'ACCEPTED') return [];
  const { problem } = response;
  const observedStatus = selectObserved(after)?.status ?? null;
  if (response.outcome === 'UNKNOWN') {
    const message = `The request was sent, and its outcome is unknown; it is not sent again. ${problem.message}`;
    return [{ __typename: 'TaskOutcomeUnknownError', message, path, problem, observedStatus }];
  }
  const { isRetryable, retryAfterMs } = response;
  switch (response.reason) {
    case 'NOT_FOUND':
      return [{ __typename: 'TaskNotFoundError', message: 'The plane no longer has this task.', path, taskId }];
    case 'CONFLICT': {
      const message = `The task has changed in the meantime. ${problem.message}`;
      return [{ __typename: 'TaskConflictError', message, path, currentStatus: observedStatus ?? before.status }];
    }
    case 'PROBLEM':
      return [{ __typename: 'TaskSourceError', message: problem.message, path, problem, isRetryable, retryAfterMs }];
  }
}
