import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { AuditEntry } from '../task/audit/audit-entry.js';
import type { AuditedAction } from '../task/audit/audited-action.js';
import type { CountedRefusals } from '../task/audit/counted-refusals.js';
import type { ReasonWord } from '../task/audit/reason-word.js';
import { taskIdOf } from '../task/model/id.js';
import type { ActionRefusal, ActionRequested, TrackingRequest } from '../task/ledger.js';

export function askedEntry(
  auditId: string,
  { caller, mutation, action, taskId, reason, at }: Omit<ActionRequested<AuditedAction>, 'claimId'>,
  refusedFor: readonly ReasonWord[] | null,
): AuditEntry {
  return { kind: 'ASKED', at: new Date(at).toISOString(), auditId, caller, mutation, action, taskId, reason, refusedFor };
}

export function outcomeEntry(auditId: string, outcome: TaskActionOutcome, at: number, because: readonly ReasonWord[] = []): AuditEntry {
  return { kind: 'OUTCOME', at: new Date(at).toISOString(), auditId, outcome, because };
}

/** A refusal has its outcome at once. */
export function refusalEntries(auditId: string, refusal: ActionRefusal): readonly AuditEntry[] {
  const { refusedFor, at } = refusal;
  return [askedEntry(auditId, refusal, refusedFor), outcomeEntry(auditId, 'REJECTED', at, refusedFor)];
}

/** So has what changes the ledger alone. */
export function trackingEntries(
  action: 'TRACK' | 'UNTRACK',
  sourceName: string,
  localId: string,
  { auditId, caller, mutation, at }: TrackingRequest,
): readonly AuditEntry[] {
  const asked = { caller, mutation, action, taskId: taskIdOf(sourceName, localId), reason: null, at };
  return [askedEntry(auditId, asked, null), outcomeEntry(auditId, 'ACCEPTED', at)];
}

export function countedEntry({ caller, since, refused }: CountedRefusals, at: number): AuditEntry {
  return { kind: 'COUNTED', at: new Date(at).toISOString(), caller, since: new Date(since).toISOString(), refused };
}
