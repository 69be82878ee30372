import type { TaskActionError } from '../../model/action-errors.js';
import type { ActionCommand, ActionResponse, TaskActionBlocker, TaskActionOutcome } from '../../model/action.js';
import { createOtherProblem, SourceProblemError } from '../../model/source-problem.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { isStale } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { TaskReadResult } from '../cache/task-reads.js';
import { type ActionContext, type ActionRequest, readTask, resolveTaskId } from './action-context.js';
import { createBlocker, findBlockers } from './blockers.js';
import { readAfterAction } from './reconcile.js';
import { recordRefusal, toAuditReasons } from './refusal.js';
import { lockTask, unlockTask } from './task-lock.js';

export interface ActionResult {
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
  readonly task: Task | null;
  /** A request left for the plane, or may have. */
  readonly isSent: boolean;
}

/** Of what never left. */
const rejectedUnsent = { outcome: 'REJECTED', isSent: false } as const;

/** Blockers, journal, the task's lock, one request, journal, reads. Nothing is sent while there is a blocker. */
export async function performAction(request: ActionRequest, room: ActionContext): Promise<ActionResult> {
  const place = resolveTaskId(request.taskId, room);
  const found = place === null ? null : await readTask(place, room.maxAgeMs, room);
  if (place === null || found === null) return refuse(request, room, null, notFound(request));
  if (found instanceof SourceProblemError) {
    const error = notAllowed(request, [createBlocker('SOURCE_UNAVAILABLE', found.message)]);
    // A plane that knows callers by their own tokens has not shown it to this one.
    const appearsInTaskHistory = !room.takesOwnTokens(place.cache.source.name);
    return { ...rejectedUnsent, task: null, errors: [error], auditId: await recordRefusal(request, { error, appearsInTaskHistory }, room) };
  }
  const blockers = findBlockers(request.command, {
    task: found,
    source: place.cache.source,
    caller: room.caller,
    pendingActions: room.pendingActions,
  });
  if (blockers.length > 0) return refuse(request, room, found, notAllowed(request, blockers));

  const over = room.pendingActions.begin(found.id);
  const auditId = await recordIntent(request, found.status, room);
  if (auditId === null) {
    room.pendingActions.release(found.id);
    return refuse(request, room, found, notAllowed(request, [notRecordedBlocker()]));
  }
  const obstacle = await lockTask({ place, task: found, auditId, releasedAuditId: over }, room);
  if (obstacle !== null) {
    const errors = [notAllowed(request, [obstacle])];
    await recordOutcome(request, auditId, 'REJECTED', errors, room);
    room.pendingActions.release(found.id);
    return { ...rejectedUnsent, errors, auditId, task: found };
  }
  const answer = await send(request.command, found, place.cache, room);
  if (answer.outcome === 'REJECTED') room.pendingActions.release(found.id);
  else room.pendingActions.markSent(found.id, auditId, found.status);
  await recordOutcome(request, auditId, answer.outcome, describeErrors(answer, request, null, found), room);
  const after = await readAfterAction(place, found, answer.outcome, room);
  const task = after instanceof SourceProblemError ? null : after;
  if (task !== null && room.pendingActions.observeAfterAction(task)) await unlockTask(task.id, auditId, room);
  return { outcome: answer.outcome, errors: describeErrors(answer, request, after, found), auditId, task, isSent: true };
}

async function send(command: ActionCommand, task: Task, { source }: SourceCache, room: ActionContext): Promise<ActionResponse> {
  try {
    return await source.act(command, task, AbortSignal.timeout(source.timeoutMs));
  } catch (error) {
    // A source answers for all that its plane does. What it throws is our own mistake, made before or after sending.
    room.report(error);
    return { outcome: 'UNKNOWN', problem: createOtherProblem('The gateway failed while it sent the request.') };
  }
}

async function refuse(request: ActionRequest, room: ActionContext, task: Task | null, error: TaskActionError): Promise<ActionResult> {
  const auditId = await recordRefusal(request, { error, appearsInTaskHistory: task !== null }, room);
  return { ...rejectedUnsent, errors: [error], auditId, task };
}

async function recordIntent(
  { mutation, command: { action }, taskId, reason, claimId }: ActionRequest,
  sentFrom: TaskStatus,
  { journal, caller, now, report }: ActionContext,
): Promise<string | null> {
  try {
    return await journal.recordIntent({ caller: caller.id, mutation, action, taskId, reason, sentFrom, claimId, at: now() });
  } catch (error) {
    report(error);
    return null;
  }
}

/** Says what became of what was recorded, in the log and in the journal. */
async function recordOutcome(
  { mutation, taskId, reason }: ActionRequest,
  auditId: string,
  outcome: TaskActionOutcome,
  errors: readonly TaskActionError[],
  { journal, caller, now, report, log }: ActionContext,
): Promise<void> {
  const because = errors.flatMap(toAuditReasons);
  log.acted({ auditId, caller: caller.id, mutation, taskId, outcome, because, reason });
  try {
    await journal.recordOutcome(auditId, outcome, now(), because);
  } catch (error) {
    report(error);
  }
}

function notRecordedBlocker(): TaskActionBlocker {
  return createBlocker('LEDGER_UNAVAILABLE', 'The action could not be recorded, so it was not sent.');
}

function notFound({ path, taskId }: ActionRequest): TaskActionError {
  return { __typename: 'TaskNotFoundError', message: 'There is no such task, or you may not read it.', path, taskId };
}

function notAllowed({ path }: ActionRequest, blockers: readonly TaskActionBlocker[]): TaskActionError {
  return { __typename: 'TaskActionNotAllowedError', message: blockers.map((one) => one.message).join(' '), path, blockers };
}

function describeErrors(answer: ActionResponse, request: ActionRequest, after: TaskReadResult, before: Task): readonly TaskActionError[] {
  const { path } = request;
  // What was known before says nothing of what became of the request.
  const observed = after === null || after instanceof SourceProblemError || isStale(after) ? null : after.status;
  if (answer.outcome === 'ACCEPTED') return [];
  if (answer.outcome === 'UNKNOWN') {
    const message = `The request was sent and no answer says what became of it; it is not sent again. ${answer.problem.message}`;
    return [{ __typename: 'TaskOutcomeUnknownError', message, path, problem: answer.problem, observedStatus: observed }];
  }
  const { because, problem, isRetryable, retryAfterMs } = answer;
  if (because === 'NOT_FOUND')
    return [{ __typename: 'TaskNotFoundError', message: 'The plane no longer has this task.', path, taskId: request.taskId }];
  if (because === 'CONFLICT') {
    return [
      {
        __typename: 'TaskConflictError',
        message: `The task had moved on. ${problem.message}`,
        path,
        currentStatus: observed ?? before.status,
      },
    ];
  }
  return [{ __typename: 'TaskSourceError', message: problem.message, path, problem, isRetryable, retryAfterMs }];
}
