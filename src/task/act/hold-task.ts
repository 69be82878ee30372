import { SourceProblemError } from '../error/source-problem-error.js';
import type { TaskHolder } from '../ledger.js';
import type { Task } from '../model/task.js';
import { isStale } from '../read/known/stale.js';
import { longestWaitMs } from './action-guard.js';
import type { ActionRoom } from './action-room.js';
import type { TaskActionBlocker } from './blocker.js';
import { alreadyInProgress, blocker } from './blockers-of.js';
import { type Place, readTask } from './place.js';

/** An action that is about to be sent. */
export interface HoldRequest {
  readonly place: Place;
  /** As it was read, and found to have no blocker. */
  readonly task: Task;
  readonly auditId: string;
  /** The audit id of an earlier action on it that is over; null: none is known. */
  readonly over: string | null;
}

/** Keeps the actions of all other processes away from the task. Null: this one may be sent; else why not. */
export async function holdTask(request: HoldRequest, room: ActionRoom): Promise<TaskActionBlocker | null> {
  try {
    const holder = await hold(request, request.over, room);
    if (holder === null) return null;
    if (!(await isOver(holder, request, room))) return alreadyInProgress();
    return (await hold(request, holder.auditId, room)) === null ? null : alreadyInProgress();
  } catch (error) {
    room.report(error);
    return blocker('LEDGER_UNAVAILABLE', 'The task could not be locked, so the action was not sent.');
  }
}

/** The task has shown what the action did: the next one may come. It passes by itself, too, so that failing costs time alone. */
export async function releaseTask(taskId: string, auditId: string, { ledger, report }: ActionRoom): Promise<void> {
  try {
    await ledger.releaseTask(taskId, auditId);
  } catch (error) {
    report(error);
  }
}

function hold({ place, task, auditId }: HoldRequest, over: string | null, { ledger, now }: ActionRoom): Promise<TaskHolder | null> {
  const at = now();
  const until = at + place.view.source.timeoutMs + longestWaitMs;
  return ledger.holdTask({ taskId: task.id, auditId, sentFrom: task.status, at, until, overSince: at - longestWaitMs, over });
}

/**
 * What was read before the holder was over says nothing of what it did: no clock of another process is trusted, the task is read again.
 * Its blockers were looked at in the status that it had before, so that it must still have that one.
 */
async function isOver({ sentFrom, phase }: TaskHolder, { place, task }: HoldRequest, room: ActionRoom): Promise<boolean> {
  if (phase === 'sending' || (phase === 'answered' && task.status === sentFrom)) return false;
  const fresh = await readTask(place, 0, room);
  if (fresh === null || fresh instanceof SourceProblemError || isStale(fresh)) return false;
  return fresh.status === task.status;
}
