import type { ActionKind } from './act/action-command.js';
import type { TaskActionError } from './act/error.js';
import type { TaskActionOutcome } from './act/outcome.js';

/** The port to what is kept: tracked ids, the action journal, idempotency keys. Every method may fail; then nothing was kept. */
export interface Ledger {
  /** Ids at the plane that are remembered for a source, oldest first. */
  trackedIds(sourceName: string): Promise<readonly string[]>;
  track(sourceName: string, localId: string): Promise<void>;
  /** True when it was tracked. */
  untrack(sourceName: string, localId: string): Promise<boolean>;

  /** Records that an action was asked for, before anything is sent; the answer is its audit id. */
  recordIntent(intent: ActionIntent): Promise<string>;
  /** Records what became of it. */
  recordOutcome(auditId: string, outcome: TaskActionOutcome, at: number): Promise<void>;

  /** The answer that was kept under a key; null when none is, or when it is older than 24 hours. */
  keptAnswer(key: AnswerKey): Promise<KeptAnswer | null>;
  keepAnswer(key: AnswerKey, answer: KeptAnswer): Promise<void>;

  close(): Promise<void>;
}

/** Who asked for what, and why. Never holds a secret. */
export interface ActionIntent {
  readonly caller: string;
  readonly mutation: string;
  readonly action: ActionKind;
  readonly taskId: string;
  /** In the caller's words. */
  readonly reason: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An idempotency key belongs to a caller, a mutation and a task. */
export interface AnswerKey {
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly idempotencyKey: string;
}

export interface KeptAnswer {
  /** Tells the same input from another; keyed, so that no secret can be guessed from it. */
  readonly inputHash: string;
  readonly outcome: TaskActionOutcome;
  readonly errors: readonly TaskActionError[];
  readonly auditId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}
