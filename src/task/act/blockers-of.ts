import type { Caller } from '../caller.js';
import type { Task } from '../model/task.js';
import { isStale } from '../read/known/stale.js';
import type { Source } from '../source/source.js';
import type { ActionCommand } from './action-command.js';
import type { ActionGuard } from './action-guard.js';
import type { TaskActionAvailability } from './availability.js';
import type { TaskActionBlocker } from './blocker.js';
import type { TaskActionBlockerCode } from './blocker-code.js';
import { rightToAct } from './right-to-act.js';

/** A task, where it lives, who asks, and what is under way. */
export interface ActionSetting {
  readonly task: Task;
  readonly source: Source;
  readonly caller: Caller;
  readonly guard: ActionGuard;
}

/** Whether an action is possible now, and if not, every reason. */
export function availabilityOf(command: ActionCommand, setting: ActionSetting): TaskActionAvailability {
  const blockers = blockersOf(command, setting);
  return { isAllowed: blockers.length === 0, blockers, effect: setting.source.effectOf(command, setting.task) };
}

/** Every reason against an action now. */
export function blockersOf(command: ActionCommand, { task, source, caller, guard }: ActionSetting): readonly TaskActionBlocker[] {
  const isForeign = command.input !== null && command.input.kind !== source.kind;
  const blockers = isForeign
    ? [blocker('NOT_SUPPORTED_BY_SOURCE', `${command.input.mutation} is not for tasks of this plane.`)]
    : [...source.blockersOf(command, task)];
  const has = (code: TaskActionBlockerCode): boolean => blockers.some((one) => one.code === code);
  const verb = rightToAct[command.action];
  if (task.status === 'UNKNOWN' && !has('WRONG_STATUS')) {
    blockers.push(
      blocker('WRONG_STATUS', `The status of the task is not known here, so whether it can be asked to ${verb} is not either.`),
    );
  }
  if (!has('NOT_SUPPORTED_BY_SOURCE') && !source.capabilities[verb]) {
    blockers.push(blocker('DISABLED_BY_OPERATOR', `The configuration of this gateway does not allow to ${verb} tasks of this source.`));
  }
  if (!caller.may(verb, source.name)) blockers.push(blocker('DENIED', `You may not ${verb} tasks of this source.`));
  if (guard.isBusy(task)) {
    blockers.push(alreadyInProgress());
  }
  if (task.isForgotten === true) blockers.push(blocker('OTHER', 'The plane no longer has this task, so it cannot be asked for anything.'));
  else if (isStale(task)) blockers.push(blocker('SOURCE_UNAVAILABLE', 'The plane does not answer at the moment.'));
  return blockers;
}

export function alreadyInProgress(): TaskActionBlocker {
  return blocker('ALREADY_IN_PROGRESS', 'An action on this task was sent a moment ago; its status has not changed yet.');
}

export function blocker(code: TaskActionBlockerCode, message: string): TaskActionBlocker {
  return { code, message };
}
