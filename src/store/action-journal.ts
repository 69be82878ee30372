import type { TaskActionKind } from '../model/action.js';
import type { TaskStatus } from '../model/task-status.js';
import type { AuditedAction, AuditReason } from './audit-trail.js';

/** Who asked for what, and why. Never holds a secret. */
export interface JournaledAction<Action extends AuditedAction> {
  readonly caller: string;
  readonly mutation: string;
  readonly action: Action;
  readonly taskId: string;
  /** In the caller's words. */
  readonly reason: string | null;
  /** Under which claim of an idempotency key; null without one. When the claim was taken over, recording fails. */
  readonly claimId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An action that is about to be sent. */
export interface ActionIntent extends JournaledAction<TaskActionKind> {
  /** The status from which it is about to be sent. */
  readonly sentFrom: TaskStatus;
}

/** An action that is not: nothing was sent. */
export interface ActionRefusal extends JournaledAction<AuditedAction> {
  /** Why; at least one word. */
  readonly refusedFor: readonly AuditReason[];
  /** The caller may read the task, so that it tells of this. Else the audit trail alone does. */
  readonly appearsInTaskHistory: boolean;
}

/** What an action says that wants a task for itself. */
export interface TaskLockClaim {
  readonly taskId: string;
  readonly auditId: string;
  /** The status from which it is about to be sent. */
  readonly sentFrom: TaskStatus;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Even without an outcome it does not last longer, in milliseconds since 1970: its process may have died. */
  readonly until: number;
  /** An action that had its outcome then, in milliseconds since 1970, no longer holds anything. */
  readonly concludedBefore: number;
  /** The audit id of an action that is known to be over; null: of none. */
  readonly releasedAuditId: string | null;
}

/** The action that has a task for itself. */
export interface TaskLock {
  readonly auditId: string;
  readonly sentFrom: TaskStatus;
  /**
   * `sending`: it has no outcome. `answered`: it is over when the status of the task is another one from now on. `over`: it is; but who
   * has read the task before may not know.
   */
  readonly phase: 'sending' | 'answered' | 'over';
}

/** An action that was recorded, and of which nobody knows what became. */
export interface InterruptedAction {
  readonly auditId: string;
  readonly action: TaskActionKind;
  readonly taskId: string;
  /** As in its intent; null: it was not about to be sent, as earlier versions recorded refusals before they had their outcome. */
  readonly sentFrom: TaskStatus | null;
}

/** So many actions that were cut off are handed out at a time. */
export const maxInterruptedActions = 1_000;
