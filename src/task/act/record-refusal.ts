import type { ReasonWord } from '../audit/reason-word.js';
import type { ActionRequest } from './action-request.js';
import type { ActionRoom } from './action-room.js';
import type { TaskActionError } from './error.js';
import { whyOf } from './why-of.js';

/** Why an action was refused, and where it is told. */
export interface ToldRefusal {
  readonly error: TaskActionError;
  /** The task tells of it; else the audit trail alone does. */
  readonly isOfTask: boolean;
  /** For the trail, where the error does not say it all. */
  readonly refusedFor?: readonly ReasonWord[];
}

/** Writes down that an action was refused, and why; the audit id, or null when it has no entry of its own. */
export async function recordRefusal(
  request: Omit<ActionRequest, 'path'>,
  { error, isOfTask, refusedFor = whyOf(error) }: ToldRefusal,
  { caller, now, refusals }: ActionRoom,
): Promise<string | null> {
  const { mutation, command, taskId, reason, claimId } = request;
  const asked = { caller: caller.id, mutation, action: command.action, taskId, reason, claimId, at: now() };
  const [auditId = null] = await refusals.record([{ ...asked, refusedFor, isOfTask }]);
  return auditId;
}
