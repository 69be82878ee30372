import type { TaskActionOutcome } from '../model/action.js';
import { formatTaskId } from '../model/global-id.js';
import type { ActionRefusal, JournaledAction } from './action-journal.js';
import type { AuditedAction, AuditEntry, AuditReason, CountedRefusals } from './audit-trail.js';
import type { TrackingRequest } from './store.js';

export function buildRequestEntry(
  auditId: string,
  { caller, mutation, action, taskId, reason, at }: Omit<JournaledAction<AuditedAction>, 'claimId'>,
  refusedFor: readonly AuditReason[] | null,
): AuditEntry {
  return { kind: 'ASKED', at: new Date(at).toISOString(), auditId, caller, mutation, action, taskId, reason, refusedFor };
}

export function buildOutcomeEntry(
  auditId: string,
  outcome: TaskActionOutcome,
  at: number,
  because: readonly AuditReason[] = [],
): AuditEntry {
  return { kind: 'OUTCOME', at: new Date(at).toISOString(), auditId, outcome, because };
}

/** A refusal has its outcome at once. */
export function buildRefusalEntries(auditId: string, refusal: ActionRefusal): readonly AuditEntry[] {
  const { refusedFor, at } = refusal;
  return [buildRequestEntry(auditId, refusal, refusedFor), buildOutcomeEntry(auditId, 'REJECTED', at, refusedFor)];
}

/** So has a change of the tracked tasks: it concerns the store alone. */
export function buildTrackingEntries(
  action: 'TRACK' | 'UNTRACK',
  sourceName: string,
  sourceTaskId: string,
  { auditId, caller, mutation, at }: TrackingRequest,
): readonly AuditEntry[] {
  const request = { caller, mutation, action, taskId: formatTaskId(sourceName, sourceTaskId), reason: null, at };
  return [buildRequestEntry(auditId, request, null), buildOutcomeEntry(auditId, 'ACCEPTED', at)];
}

export function buildCountedEntry({ caller, since, refused }: CountedRefusals, at: number): AuditEntry {
  return { kind: 'COUNTED', at: new Date(at).toISOString(), caller, since: new Date(since).toISOString(), refused };
}
