import type { ActionRequest } from './action-request.js';
import type { ActionRoom } from './action-room.js';
import type { TaskActionError } from './error.js';
import { whyOf } from './why-of.js';

type Refused = Omit<ActionRequest, 'path'>;

/** Writes down that an action was refused, and why; the audit id, or null when it has no entry of its own. */
export async function recordRefusal(
  request: Refused,
  error: TaskActionError,
  { caller, now, refusals }: ActionRoom,
): Promise<string | null> {
  const { mutation, command, taskId, reason, claimId } = request;
  const asked = { caller: caller.id, mutation, action: command.action, taskId, reason, claimId, at: now() };
  const [auditId = null] = await refusals.record([{ ...asked, refusedFor: whyOf(error) }]);
  return auditId;
}
