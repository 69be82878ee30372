import { SourceProblemError } from '../error/source-problem-error.js';
import type { TaskStatus } from '../model/status.js';
import type { Task } from '../model/task.js';
import { isStale } from '../read/known/stale.js';
import type { View } from '../read/view/view.js';
import type { TaskAnswer } from '../read/view/view-reads.js';
import type { ActionAnswer } from './action-answer.js';
import type { ActionCommand } from './action-command.js';
import type { ActionRequest } from './action-request.js';
import type { ActionRoom } from './action-room.js';
import { blocker, blockersOf } from './blockers-of.js';
import type { TaskActionBlocker } from './blocker.js';
import type { TaskActionError } from './error.js';
import type { TaskActionOutcome } from './outcome.js';
import { holdTask, releaseTask } from './hold-task.js';
import { placeOf, readTask } from './place.js';
import { reconcile } from './reconcile.js';
import { recordRefusal } from './record-refusal.js';
import { whyOf } from './why-of.js';

export interface ActionResult {
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
  readonly task: Task | null;
  /** A request left for the plane, or may have. */
  readonly isSent: boolean;
}

/** Of what never left. */
const rejected = { outcome: 'REJECTED', isSent: false } as const;

/** Blockers, journal, the task's lock, one request, journal, reads. Nothing is sent while there is a blocker. */
export async function performAction(request: ActionRequest, room: ActionRoom): Promise<ActionResult> {
  const place = placeOf(request.taskId, room);
  const found = place === null ? null : await readTask(place, room.maxAgeMs, room);
  if (place === null || found === null) return refuse(request, room, null, notFound(request));
  if (found instanceof SourceProblemError) {
    const error = notAllowed(request, [blocker('SOURCE_UNAVAILABLE', found.message)]);
    // A plane that knows callers by their own tokens has not shown it to this one.
    const isOfTask = !room.takesOwnTokens(place.view.source.name);
    return { ...rejected, task: null, errors: [error], auditId: await recordRefusal(request, { error, isOfTask }, room) };
  }
  const blockers = blockersOf(request.command, { task: found, source: place.view.source, caller: room.caller, guard: room.guard });
  if (blockers.length > 0) return refuse(request, room, found, notAllowed(request, blockers));

  const over = room.guard.begin(found.id);
  const auditId = await record(request, found.status, room);
  if (auditId === null) {
    room.guard.release(found.id);
    return refuse(request, room, found, notAllowed(request, [notRecorded()]));
  }
  const obstacle = await holdTask({ place, task: found, auditId, over }, room);
  if (obstacle !== null) {
    const errors = [notAllowed(request, [obstacle])];
    await conclude(request, auditId, 'REJECTED', errors, room);
    room.guard.release(found.id);
    return { ...rejected, errors, auditId, task: found };
  }
  const answer = await send(request.command, found, place.view, room);
  if (answer.outcome === 'REJECTED') room.guard.release(found.id);
  else room.guard.sent(found.id, auditId, found.status);
  await conclude(request, auditId, answer.outcome, errorsOf(answer, request, null, found), room);
  const after = await reconcile(place, found, answer.outcome, room);
  const task = after instanceof SourceProblemError ? null : after;
  if (task !== null && room.guard.observeAfterwards(task)) await releaseTask(task.id, auditId, room);
  return { outcome: answer.outcome, errors: errorsOf(answer, request, after, found), auditId, task, isSent: true };
}

async function send(command: ActionCommand, task: Task, { source }: View, room: ActionRoom): Promise<ActionAnswer> {
  try {
    return await source.act(command, task, AbortSignal.timeout(source.timeoutMs));
  } catch (error) {
    // A source answers for all that its plane does. What it throws is our own mistake, made before or after sending.
    room.report(error);
    const problem = {
      kind: 'OTHER',
      message: 'The gateway failed while it sent the request.',
      httpStatus: null,
      referenceToken: null,
    } as const;
    return { outcome: 'UNKNOWN', problem };
  }
}

async function refuse(request: ActionRequest, room: ActionRoom, task: Task | null, error: TaskActionError): Promise<ActionResult> {
  const auditId = await recordRefusal(request, { error, isOfTask: task !== null }, room);
  return { ...rejected, errors: [error], auditId, task };
}

async function record(
  { mutation, command: { action }, taskId, reason, claimId }: ActionRequest,
  sentFrom: TaskStatus,
  { ledger, caller, now, report }: ActionRoom,
): Promise<string | null> {
  try {
    return await ledger.recordIntent({ caller: caller.id, mutation, action, taskId, reason, sentFrom, claimId, at: now() });
  } catch (error) {
    report(error);
    return null;
  }
}

/** Says what became of what was recorded, in the log and in the journal. */
async function conclude(
  { mutation, taskId, reason }: ActionRequest,
  auditId: string,
  outcome: TaskActionOutcome,
  errors: readonly TaskActionError[],
  { ledger, caller, now, report, log }: ActionRoom,
): Promise<void> {
  const because = errors.flatMap(whyOf);
  log.acted({ auditId, caller: caller.id, mutation, taskId, outcome, because, reason });
  try {
    await ledger.recordOutcome(auditId, outcome, now(), because);
  } catch (error) {
    report(error);
  }
}

function notRecorded(): TaskActionBlocker {
  return blocker('LEDGER_UNAVAILABLE', 'The action could not be recorded, so it was not sent.');
}

function notFound({ path, taskId }: ActionRequest): TaskActionError {
  return { __typename: 'TaskNotFoundError', message: 'There is no such task, or you may not read it.', path, taskId };
}

function notAllowed({ path }: ActionRequest, blockers: readonly TaskActionBlocker[]): TaskActionError {
  return { __typename: 'TaskActionNotAllowedError', message: blockers.map((one) => one.message).join(' '), path, blockers };
}

function errorsOf(answer: ActionAnswer, request: ActionRequest, after: TaskAnswer, before: Task): readonly TaskActionError[] {
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
