import type { ActionCommand, TaskActionAvailability, TaskActionBlocker, TaskActionBlockerCode } from '../../model/action.js';
import type { Task } from '../../model/task.js';
import type { Source } from '../../sources/source.js';
import type { Caller } from '../access/caller.js';
import { isStale } from '../cache/freshness.js';
import { rightByAction } from './admission.js';
import type { PendingActions } from './pending-actions.js';

/** A task, where it lives, who asks, and what is under way. */
export interface BlockerContext {
  readonly task: Task;
  readonly source: Source;
  readonly caller: Caller;
  readonly pendingActions: PendingActions;
}

/** Whether an action is possible now, and if not, every reason. */
export function checkAvailability(command: ActionCommand, setting: BlockerContext): TaskActionAvailability {
  const blockers = findBlockers(command, setting);
  return { isAllowed: blockers.length === 0, blockers, effect: setting.source.describeEffect(command, setting.task) };
}

/** Every reason against an action now. */
export function findBlockers(
  command: ActionCommand,
  { task, source, caller, pendingActions: guard }: BlockerContext,
): readonly TaskActionBlocker[] {
  const isForeign = command.input !== null && command.input.kind !== source.kind;
  const blockers = isForeign
    ? [createBlocker('NOT_SUPPORTED_BY_SOURCE', `${command.input.mutation} is not for tasks of this plane.`)]
    : [...source.findBlockers(command, task)];
  const has = (code: TaskActionBlockerCode): boolean => blockers.some((one) => one.code === code);
  const verb = rightByAction[command.action];
  if (task.status === 'UNKNOWN' && !has('WRONG_STATUS')) {
    blockers.push(
      createBlocker('WRONG_STATUS', `The status of the task is not known here, so whether it can be asked to ${verb} is not either.`),
    );
  }
  if (!has('NOT_SUPPORTED_BY_SOURCE') && !source.capabilities[verb]) {
    blockers.push(
      createBlocker('DISABLED_BY_OPERATOR', `The configuration of this gateway does not allow to ${verb} tasks of this source.`),
    );
  }
  if (!caller.may(verb, source.name)) blockers.push(createBlocker('DENIED', `You may not ${verb} tasks of this source.`));
  if (guard.isBusy(task)) {
    blockers.push(alreadyInProgressBlocker());
  }
  if (task.isForgotten === true)
    blockers.push(createBlocker('OTHER', 'The plane no longer has this task, so it cannot be asked for anything.'));
  else if (isStale(task)) blockers.push(createBlocker('SOURCE_UNAVAILABLE', 'The plane does not answer at the moment.'));
  return blockers;
}

export function alreadyInProgressBlocker(): TaskActionBlocker {
  return createBlocker('ALREADY_IN_PROGRESS', 'An action on this task was sent a moment ago; its status has not changed yet.');
}

export function createBlocker(code: TaskActionBlockerCode, message: string): TaskActionBlocker {
  return { code, message };
}
