import type { TaskActionBlocker } from '../../model/action.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { TaskLock } from '../../store/action-journal.js';
import { isStale } from '../cache/freshness.js';
import { type ActionContext, readTask, type TaskLocation } from './action-context.js';
import { alreadyInProgressBlocker, createBlocker } from './blockers.js';
import { maxEffectWaitMs } from './pending-actions.js';

/** An action that is about to be sent. */
export interface LockAttempt {
  readonly place: TaskLocation;
  /** As it was read, and found to have no blocker. */
  readonly task: Task;
  readonly auditId: string;
  /** The audit id of an earlier action on it that is over; null: none is known. */
  readonly releasedAuditId: string | null;
}

/** Keeps the actions of all other processes away from the task. Null: this one may be sent; else why not. */
export async function lockTask(request: LockAttempt, room: ActionContext): Promise<TaskActionBlocker | null> {
  try {
    const holder = await tryLock(request, request.releasedAuditId, room);
    if (holder === null) return null;
    if (!(await hasFinished(holder, request, room))) return alreadyInProgressBlocker();
    return (await tryLock(request, holder.auditId, room)) === null ? null : alreadyInProgressBlocker();
  } catch (error) {
    room.report(error);
    return createBlocker('LEDGER_UNAVAILABLE', 'The task could not be locked, so the action was not sent.');
  }
}

/** The task has shown what the action did: the next one may come. It passes by itself, too, so that failing costs time alone. */
export async function unlockTask(taskId: string, auditId: string, { journal, report }: ActionContext): Promise<void> {
  try {
    await journal.unlockTask(taskId, auditId);
  } catch (error) {
    report(error);
  }
}

function tryLock({ place, task, auditId }: LockAttempt, over: string | null, { journal, now }: ActionContext): Promise<TaskLock | null> {
  const at = now();
  const until = at + place.cache.source.timeoutMs + maxEffectWaitMs;
  return journal.lockTask({
    taskId: task.id,
    auditId,
    sentFrom: task.status,
    at,
    until,
    concludedBefore: at - maxEffectWaitMs,
    releasedAuditId: over,
  });
}

/**
 * What was read before the holder was over says nothing of what it did: no clock of another process is trusted, the task is read again.
 * Its blockers were looked at in the status that it had before, so that it must still have that one.
 */
async function hasFinished({ sentFrom, state }: TaskLock, { place, task }: LockAttempt, room: ActionContext): Promise<boolean> {
  if (state === 'sending' || (state === 'answered' && task.status === sentFrom)) return false;
  const fresh = await readTask(place, 0, room);
  if (fresh === null || fresh instanceof SourceProblemError || isStale(fresh)) return false;
  return fresh.status === task.status;
}
