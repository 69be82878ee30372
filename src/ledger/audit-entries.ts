import type { TaskActionOutcome } from '../task/act/outcome.js';
import type { AuditEntry } from '../task/audit/audit-entry.js';
import type { ActionIntent } from '../task/ledger.js';

export function askedEntry(auditId: string, { caller, mutation, action, taskId, reason, refusedFor, at }: ActionIntent): AuditEntry {
  return {
    kind: 'ASKED',
    at: new Date(at).toISOString(),
    auditId,
    caller,
    mutation,
    action,
    taskId,
    reason,
    refusedFor: refusedFor ?? null,
  };
}

export function outcomeEntry(auditId: string, outcome: TaskActionOutcome, at: number): AuditEntry {
  return { kind: 'OUTCOME', at: new Date(at).toISOString(), auditId, outcome };
}
