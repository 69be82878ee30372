import type { TaskActionOutcome } from '../model/action.js';
import type { TaskActionRecord } from '../model/history.js';
import { ActionIntent, ActionRefusal, InterruptedAction, TaskLock, TaskLockClaim } from './action-journal.js';
import type { AuditReason, AuditTrail, CountedRefusals } from './audit-trail.js';
import type { HistoryStore } from './history-store.js';
import { IdempotencyClaim, IdempotencyClaimRequest, IdempotencyKey, IdempotencyRecord } from './idempotency-record.js';

/** The port to what is kept: tracked ids, the action journal, idempotency keys, history. Every method may fail; then nothing was kept. */
export interface Store {
  /** Ids at the plane that are remembered for a source, oldest first. */
  trackedIds(sourceName: string): Promise<readonly string[]>;
  /** `by`: who asked for it, for the audit trail; absent when the configuration did. */
  track(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<void>;
  /** True when it was tracked. What was kept of the task is forgotten, too. `by`: who asked for it; in the audit trail when it was. */
  untrack(sourceName: string, sourceTaskId: string, by?: TrackingRequest): Promise<boolean>;

  /** Records that an action was asked for, in journal and audit trail, before anything is sent; the answer is its audit id. */
  recordIntent(intent: ActionIntent): Promise<string>;
  /** Records what became of it. `because`: why it was rejected, or is unknown; absent or empty: it is neither. */
  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number, because?: readonly AuditReason[]): Promise<void>;
  /** Records actions that were refused before anything was sent, all or none, with their outcome; the answers are their audit ids, in their order. */
  recordRefusals(refusals: readonly ActionRefusal[]): Promise<readonly string[]>;
  /** Records refusals that are told by their number alone, all or none, in the audit trail. */
  recordCountedRefusals(counted: readonly CountedRefusals[], at: number): Promise<void>;
  /**
   * Asks for the right to act on a task: of all actions, in every process, one has it, until it is rejected or too long ago.
   * Null: the action that asks has it; else the one that has.
   */
  lockTask(hold: TaskLockClaim): Promise<TaskLock | null>;
  /** The task has shown what became of the action, so that the next one may come. Without effect for another action than the one that has it. */
  unlockTask(taskId: string, auditId: string): Promise<void>;
  /** Actions without an outcome that no living process will give one, the oldest first, at most 1,000. */
  interruptedActions(): Promise<readonly InterruptedAction[]>;
  /** Records what was found out of such an action later; without effect on one that has an outcome. */
  reconcileAction(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void>;
  /**
   * What was asked for of each of these tasks, in that order, the last 100 of each; what was refused only where what was sent leaves room.
   * One without an outcome is UNKNOWN.
   */
  readActions(taskIds: readonly string[]): Promise<ReadonlyMap<string, readonly TaskActionRecord[]>>;

  /** The key that inputs of actions are hashed with: made once, the same in every process that shares this ledger. */
  inputHashKey(): Promise<Uint8Array>;
  /** Asks for an idempotency key: of all who ask, in every process, one gets it, unless the caller has too many. Nothing is remembered after 24 hours. */
  claimIdempotencyKey(key: IdempotencyKey, request: IdempotencyClaimRequest): Promise<IdempotencyClaim>;
  /** Keeps the answer of the one who got the key; without effect when the claim was taken over. */
  saveIdempotencyRecord(claimId: string, answer: IdempotencyRecord): Promise<void>;

  /** Who asked for what, and what became of it, for ever: each entry bears the hash of the one before. */
  readonly audit: AuditTrail;

  /** What is kept of tasks. */
  readonly history: HistoryStore;

  /**
   * Throws away what is older than it is to be kept: tasks that their planes, or the configuration, no longer have, actions, and
   * idempotency keys. `sourceNames`: the configured ones.
   */
  prune(sourceNames: readonly string[]): Promise<void>;

  close(): Promise<void>;
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

/** Where a ledger is kept. */
export type StoreSettings = { readonly retentionMs: number } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  /** The URL may hold a password. */
  | { readonly kind: 'postgres'; readonly url: string }
);

/** Thrown when a store cannot be opened. The message says why in plain words and names the store, never a password. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
