import type { TaskActionKind, TaskActionOutcome } from '../model/action.js';
import type { TaskActionRecord } from '../model/history.js';
import type { TaskStatus } from '../model/task-status.js';
import type { AuditedAction, AuditReason, CountedRefusals } from './audit-trail.js';

/**
 * The journal of actions, and the locks that let one action at a time act on a task. Whatever is recorded enters the
 * audit trail in the same transaction. Every method may fail; then nothing was recorded.
 */
export interface ActionJournal {
  /** Records an action before it is sent. Returns its audit id. */
  recordIntent(intent: ActionIntent): Promise<string>;
  /** Records the outcome of an action. `because`: why it is rejected or unknown; absent or empty otherwise. */
  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly AuditReason[]): Promise<void>;
  /**
   * Records actions that were refused before anything was sent, all or none. Returns their audit ids, in their order.
   */
  recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]>;
  /** Records in the audit trail how many refusals there were that have no entries of their own, all or none. */
  recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void>;

  /** Actions without an outcome that no living process will conclude, oldest first, at most `maxInterruptedActions`. */
  readInterruptedActions(): Promise<readonly InterruptedAction[]>;
  /** Records the outcome of an interrupted action; without effect when the action has an outcome already. */
  reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void>;
  /**
   * The latest actions on each of these tasks, at most `maxActionsPerTask` of each, oldest first. Refused actions fill
   * only the places that sent ones leave. An action without an outcome is UNKNOWN.
   */
  readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>>;

  /**
   * Requests the lock of a task, which one action among all processes can hold, until it is rejected, expires or is
   * released. Returns null when the requesting action now holds the lock, and the present holder otherwise.
   */
  lockTask(request: TaskLockRequest): Promise<TaskLock | null>;
  /**
   * Marks the lock as released: the task shows what the action did. Without effect for an action that does not hold the
   * lock.
   */
  unlockTask(taskId: string, auditId: string): Promise<void>;
}

/** `readInterruptedActions` returns at most so many at once; the next round of maintenance reads the others. */
export const maxInterruptedActions = 1_000;

/** Who requested which action, and why. It contains no secret. */
export interface JournaledAction<Action extends AuditedAction> {
  readonly caller: string;
  readonly mutation: string;
  readonly action: Action;
  readonly taskId: string;
  /** As the caller wrote it. */
  readonly reason: string | null;
  /**
   * The claim of the idempotency key; null without a key. Recording fails when another request has taken the claim
   * over.
   */
  readonly claimId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An action that is about to be sent. */
export interface ActionIntent extends JournaledAction<TaskActionKind> {
  /** Status of the task when the action was permitted. */
  readonly statusBefore: TaskStatus;
}

/** An action that was refused, so that nothing was sent. */
export interface ActionRefusal extends JournaledAction<AuditedAction> {
  /** Why it was refused; at least one reason. */
  readonly refusedFor: readonly AuditReason[];
  /** False when the caller may not read the task: then only the audit trail contains the refusal. */
  readonly appearsInTaskHistory: boolean;
}

/** A refused action that a plane would have performed, and that the history of its task shows. */
type RefusedTaskAction = ActionRefusal & { readonly action: TaskActionKind };

/**
 * Whether a refusal belongs to the journal of its task. Tracking is a matter of the gateway, so the audit trail alone
 * has it.
 */
export function isRefusedTaskAction(refusal: ActionRefusal): refusal is RefusedTaskAction {
  return refusal.appearsInTaskHistory && refusal.action !== 'TRACK' && refusal.action !== 'UNTRACK';
}

/** An action without an outcome that no living process will conclude. */
export interface InterruptedAction {
  readonly auditId: string;
  readonly action: TaskActionKind;
  readonly taskId: string;
  /** As in its intent; null for a refusal, which earlier versions recorded before its outcome. */
  readonly statusBefore: TaskStatus | null;
}

/** The request of an action for the lock of its task. */
export interface TaskLockRequest {
  readonly taskId: string;
  readonly auditId: string;
  /** Status of the task when the action was permitted. */
  readonly statusBefore: TaskStatus;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * When the lock expires even without an outcome, in milliseconds since 1970: the process that holds it may have died.
   */
  readonly until: number;
  /** An action that had its outcome by then, in milliseconds since 1970, no longer holds the lock. */
  readonly concludedBefore: number;
  /** Audit id of an action that the caller knows to have released the lock; null for none. */
  readonly releasedAuditId: string | null;
}

/** The action that holds the lock of a task. */
export interface TaskLock {
  readonly auditId: string;
  readonly statusBefore: TaskStatus;
  /**
   * `sending`: it has no outcome yet. `answered`: it has one, and the lock is free as soon as the status of the task
   * changes. `released`: the status has changed; a caller that read the task before may not know.
   */
  readonly state: 'sending' | 'answered' | 'released';
}

/** The stored holder of a lock. */
interface TaskLockHolder {
  readonly auditId: string;
  readonly until: number;
  /** Of its action; null while there is none. */
  readonly outcome: TaskActionOutcome | null;
  readonly concludedAt: number | null;
}

/** Whether another action may take the lock over from its holder. */
export function isLockFree({ auditId, until, outcome, concludedAt }: TaskLockHolder, request: TaskLockRequest): boolean {
  if (auditId === request.releasedAuditId || until <= request.at || outcome === 'REJECTED') return true;
  return concludedAt !== null && concludedAt <= request.concludedBefore;
}

export function describeLockState(isReleased: boolean, outcome: TaskActionOutcome | null): TaskLock['state'] {
  if (isReleased) return 'released';
  return outcome === null ? 'sending' : 'answered';
}
