import type { TaskActionError, TrackTaskError } from '../../model/action-errors.js';
import type { AuditReason } from '../../store/audit-trail.js';
import type { ActionContext, ActionRequest } from './action-context.js';

/** Why an action was refused, and where it is told. */
export interface RefusalDetails {
  readonly error: TaskActionError;
  /** The task tells of it; else the audit trail alone does. */
  readonly appearsInTaskHistory: boolean;
  /** For the trail, where the error does not say it all. */
  readonly refusedFor?: readonly AuditReason[];
}

/** Writes down that an action was refused, and why; the audit id, or null when it has no entry of its own. */
export async function recordRefusal(
  request: Omit<ActionRequest, 'path'>,
  { error, appearsInTaskHistory, refusedFor = toAuditReasons(error) }: RefusalDetails,
  { caller, now, refusals }: ActionContext,
): Promise<string | null> {
  const { mutation, command, taskId, reason, claimId } = request;
  const asked = { caller: caller.id, mutation, action: command.action, taskId, reason, claimId, at: now() };
  const [auditId = null] = await refusals.record([{ ...asked, refusedFor, appearsInTaskHistory }]);
  return auditId;
}

type ErrorWithOneReason = Exclude<TaskActionError | TrackTaskError, { readonly __typename: 'TaskActionNotAllowedError' }>;

const reasonByError: Readonly<Record<ErrorWithOneReason['__typename'], AuditReason>> = {
  TaskNotFoundError: 'NOT_FOUND',
  TaskSourceNotFoundError: 'NOT_FOUND',
  TaskConflictError: 'CONFLICT',
  TaskSourceError: 'SOURCE_ERROR',
  TaskOutcomeUnknownError: 'OUTCOME_UNKNOWN',
  IdempotencyKeyReusedError: 'KEY_REUSED',
  TaskTrackingNotNeededError: 'TRACKING_NOT_NEEDED',
};

/** What the trail calls the reason that a caller was told. */
export function toAuditReasons(error: TaskActionError | TrackTaskError): readonly AuditReason[] {
  return error.__typename === 'TaskActionNotAllowedError' ? error.blockers.map(({ code }) => code) : [reasonByError[error.__typename]];
}
