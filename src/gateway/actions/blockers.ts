import type { TaskActionError } from '../../model/action-errors.js';
import type {
  ActionCommand,
  TaskActionAvailability,
  TaskActionBlocker,
  TaskActionBlockerCode,
  TaskActionKind,
} from '../../model/action.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { Caller } from '../access/caller.js';
import { isUnanswered } from '../cache/freshness.js';

/** What decides whether an action on a task is allowed. */
interface BlockerContext {
  readonly task: Task;
  readonly source: Source;
  readonly caller: Caller;
  /** Whether an action on a task is pending. */
  readonly isBusy: (task: Task) => boolean;
  /** Whether the store can record the action. */
  readonly isRecordable: boolean;
}

/** Whether an action is allowed now, and if not, every reason. */
export function checkAvailability(
  command: ActionCommand,
  { quotaWaitMs, ...context }: BlockerContext & { readonly quotaWaitMs: number },
): TaskActionAvailability {
  const blockers = [...findBlockers(command, context), ...findQuotaBlocker(quotaWaitMs)];
  return { isAllowed: blockers.length === 0, blockers, effect: context.source.actions.describeEffect(command, context.task) };
}

/** A mutation takes from the quota of its caller before it looks at a task; without any left it ends in an error. */
function findQuotaBlocker(waitMs: number): readonly TaskActionBlocker[] {
  if (waitMs === 0) return [];
  const message = `You have used up limits.actionsPerMinute; the next action is possible in ${Math.ceil(waitMs / 1000)} s.`;
  return [createBlocker('RATE_LIMITED', message)];
}

/** Every reason why an action is not allowed now, but for the quota of the caller. */
export function findBlockers(
  command: ActionCommand,
  { task, source, caller, isBusy, isRecordable }: BlockerContext,
): readonly TaskActionBlocker[] {
  const isForOtherKind = command.input !== null && command.input.kind !== source.kind;
  const blockers = isForOtherKind
    ? [createBlocker('NOT_SUPPORTED_BY_SOURCE', `${command.input.mutation} is not for tasks of this plane.`)]
    : [...source.actions.findBlockers(command, task)];
  const has = (code: TaskActionBlockerCode): boolean => blockers.some((one) => one.code === code);
  const right = rightByAction[command.action];
  if (task.status === 'UNKNOWN' && !has('WRONG_STATUS')) {
    blockers.push(createBlocker('WRONG_STATUS', `The gateway does not know this status of the task, so it does not ${right} the task.`));
  }
  if (!has('NOT_SUPPORTED_BY_SOURCE') && !source.capabilities[right]) {
    blockers.push(createBlocker('DISABLED_BY_OPERATOR', `The configuration of this gateway forbids to ${right} tasks of this source.`));
  }
  if (!caller.may(right, source.name)) blockers.push(createBlocker('DENIED', `You may not ${right} tasks of this source.`));
  if (isBusy(task)) blockers.push(alreadyInProgressBlocker());
  if (task.isForgotten === true) blockers.push(createBlocker('OTHER', 'The plane no longer has this task, so it accepts no action on it.'));
  else if (isUnanswered(task)) blockers.push(createBlocker('SOURCE_UNAVAILABLE', 'The plane does not answer at the moment.'));
  else if (source.upstream.circuitOpenForMs() > 0)
    blockers.push(createBlocker('SOURCE_UNAVAILABLE', 'The plane failed too often a moment ago, so nothing is sent to it now.'));
  if (!isRecordable)
    blockers.push(createBlocker('LEDGER_UNAVAILABLE', 'The gateway cannot write to its store now, so it sends no action.'));
  return blockers;
}

/** The right that an action requires. */
export const rightByAction = { RETRY: 'retry', CANCEL: 'cancel' } as const satisfies Record<TaskActionKind, string>;

export function alreadyInProgressBlocker(): TaskActionBlocker {
  return createBlocker('ALREADY_IN_PROGRESS', 'An action on this task was sent a moment ago; its status has not changed yet.');
}

export function createBlocker(code: TaskActionBlockerCode, message: string): TaskActionBlocker {
  return { code, message };
}

export function createNotAllowedError(blockers: readonly TaskActionBlocker[], path: readonly string[]): TaskActionError {
  return { __typename: 'TaskActionNotAllowedError', message: blockers.map(({ message }) => message).join(' '), path, blockers };
}
