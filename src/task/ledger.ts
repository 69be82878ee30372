import type { TaskActionKind } from './act/action-kind.js';
import type { TaskActionError } from './act/error.js';
import type { TaskActionOutcome } from './act/outcome.js';
import type { AuditTrail } from './audit/audit-trail.js';
import type { AuditedAction } from './audit/audited-action.js';
import type { CountedRefusals } from './audit/counted-refusals.js';
import type { ReasonWord } from './audit/reason-word.js';
import type { TaskActionRecord } from './history/action-record.js';
import type { History } from './history/history.js';
import type { TaskStatus } from './model/status.js';

/** The port to what is kept: tracked ids, the action journal, idempotency keys, history. Every method may fail; then nothing was kept. */
export interface Ledger {
  /** Ids at the plane that are remembered for a source, oldest first. */
  trackedIds(sourceName: string): Promise<readonly string[]>;
  /** `by`: who asked for it, for the audit trail; absent when the configuration did. */
  track(sourceName: string, localId: string, by?: TrackingRequest): Promise<void>;
  /** True when it was tracked. What was kept of the task is forgotten, too. `by`: who asked for it; in the audit trail when it was. */
  untrack(sourceName: string, localId: string, by?: TrackingRequest): Promise<boolean>;

  /** Records that an action was asked for, in journal and audit trail, before anything is sent; the answer is its audit id. */
  recordIntent(intent: ActionIntent): Promise<string>;
  /** Records what became of it. `because`: why it was rejected, or is unknown; absent or empty: it is neither. */
  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly ReasonWord[]): Promise<void>;
  /** Records actions that were refused before anything was sent, all or none, with their outcome; the answers are their audit ids, in their order. */
  recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]>;
  /** Records refusals that are told by their number alone, all or none, in the audit trail. */
  recordCounted(counted: readonly CountedRefusals[], at: number): Promise<void>;
  /**
   * Asks for the right to act on a task: of all actions, in every process, one has it, until it is rejected or too long ago.
   * Null: the action that asks has it; else the one that has.
   */
  holdTask(hold: TaskHold): Promise<TaskHolder | null>;
  /** The task has shown what became of the action, so that the next one may come. Without effect for another action than the one that has it. */
  releaseTask(taskId: string, auditId: string): Promise<void>;
  /** Actions without an outcome that no living process will give one, the oldest first, at most 1,000. */
  cutOffActions(): Promise<readonly CutOffAction[]>;
  /** Records what was found out of such an action later; without effect on one that has an outcome. */
  settle(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void>;
  /**
   * What was asked for of each of these tasks, in that order, the last 100 of each; what was refused only where what was sent leaves room.
   * One without an outcome is UNKNOWN.
   */
  actionsOf(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>>;

  /** The key that inputs of actions are hashed with: made once, the same in every process that shares this ledger. */
  inputHashKey(): Promise<Uint8Array>;
  /** Asks for an idempotency key: of all who ask, in every process, one gets it, unless the caller has too many. Nothing is remembered after 24 hours. */
  claimAnswer(key: AnswerKey, request: ClaimRequest): Promise<AnswerClaim>;
  /** Keeps the answer of the one who got the key; without effect when the claim was taken over. */
  keepAnswer(claimId: string, answer: KeptAnswer): Promise<void>;

  /** Who asked for what, and what became of it, for ever: each entry bears the hash of the one before. */
  readonly audit: AuditTrail;

  /** What is kept of tasks. */
  readonly history: History;

  /**
   * Throws away what is older than it is to be kept: tasks that their planes, or the configuration, no longer have, actions, and
   * idempotency keys. `sourceNames`: the configured ones.
   */
  prune(sourceNames: readonly string[]): Promise<void>;

  close(): Promise<void>;
}

/** Who asked for what, and why. Never holds a secret. */
export interface ActionRequested<Action extends AuditedAction> {
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
export interface ActionIntent extends ActionRequested<TaskActionKind> {
  /** The status from which it is about to be sent. */
  readonly sentFrom: TaskStatus;
}

/** An action that is not: nothing was sent. */
export interface ActionRefusal extends ActionRequested<AuditedAction> {
  /** Why; at least one word. */
  readonly refusedFor: readonly ReasonWord[];
  /** The caller may read the task, so that it tells of this. Else the audit trail alone does. */
  readonly isOfTask: boolean;
}

/** Who asked to track a task, or not to any more. */
export interface TrackingRequest {
  /** Of the entry in the audit trail, unique. */
  readonly auditId: string;
  readonly caller: string;
  readonly mutation: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an action says that wants a task for itself. */
export interface TaskHold {
  readonly taskId: string;
  readonly auditId: string;
  /** The status from which it is about to be sent. */
  readonly sentFrom: TaskStatus;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Even without an outcome it does not last longer, in milliseconds since 1970: its process may have died. */
  readonly until: number;
  /** An action that had its outcome then, in milliseconds since 1970, no longer holds anything. */
  readonly overSince: number;
  /** The audit id of an action that is known to be over; null: of none. */
  readonly over: string | null;
}

/** The action that has a task for itself. */
export interface TaskHolder {
  readonly auditId: string;
  readonly sentFrom: TaskStatus;
  /**
   * `sending`: it has no outcome. `answered`: it is over when the status of the task is another one from now on. `over`: it is; but who
   * has read the task before may not know.
   */
  readonly phase: 'sending' | 'answered' | 'over';
}

/** An action that was recorded, and of which nobody knows what became. */
export interface CutOffAction {
  readonly auditId: string;
  readonly action: TaskActionKind;
  readonly taskId: string;
  /** As in its intent; null: it was not about to be sent, as earlier versions recorded refusals before they had their outcome. */
  readonly sentFrom: TaskStatus | null;
}

/** An idempotency key belongs to a caller, a mutation and a task, and where callers bring their own tokens of the source, to that token. */
export interface AnswerKey {
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly idempotencyKey: string;
  /** Of the caller's own token, where the source of the task takes those; null or absent: it does not. */
  readonly tokenHash?: string | null;
}

export interface KeptAnswer {
  /** Tells the same input from another; keyed, so that no secret can be guessed from it. */
  readonly inputHash: string;
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
}

export interface ClaimRequest {
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A claim this old, in milliseconds since 1970, without an action that was recorded under it, was left by one who died. */
  readonly abandonedSince: number;
  /** So many keys of the last 24 hours the caller may have, this one included. */
  readonly mostOfCaller: number;
}

/** What asking for an idempotency key gave. */
export type AnswerClaim =
  /** Nobody has acted under it: the one who asked may. */
  | { readonly is: 'mine'; readonly claimId: string }
  | { readonly is: 'kept'; readonly answer: KeptAnswer }
  /** The caller has as many keys as one may have; this one is none of them. */
  | { readonly is: 'tooMany' }
  | TheirClaim;

/** Another has the key and has kept no answer: it is still acting, or it died. */
export interface TheirClaim {
  readonly is: 'theirs';
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly claimedAt: number;
  /** What was recorded under the claim; null when nothing was, so that nothing was sent. */
  readonly action: { readonly auditId: string; readonly outcome: TaskActionOutcome | null } | null;
}
