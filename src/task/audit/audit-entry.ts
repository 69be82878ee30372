import type { TaskActionOutcome } from '../act/outcome.js';
import type { AuditedAction } from './audited-action.js';
import type { CountedReason } from './counted-refusals.js';
import type { ReasonWord } from './reason-word.js';

/** What happened. It holds no secret. */
export type AuditEntry =
  /** An action was asked for: it is about to be sent, or was refused. */
  | {
      readonly kind: 'ASKED';
      /** ISO 8601, of the clock of the process. */
      readonly at: string;
      readonly auditId: string;
      readonly caller: string;
      readonly mutation: string;
      readonly action: AuditedAction;
      /** As it was asked for; one that is too long for a task is cut. */
      readonly taskId: string;
      /** In the caller's words; null also where those could not be kept. */
      readonly reason: string | null;
      /** Why it is not sent; null: it is about to be. */
      readonly refusedFor: readonly ReasonWord[] | null;
    }
  /** What became of one. */
  | {
      readonly kind: 'OUTCOME';
      readonly at: string;
      readonly auditId: string;
      readonly outcome: TaskActionOutcome;
      /** Why it was rejected, or is unknown; empty where it is neither, or nobody knows why. Entries of earlier versions have none. */
      readonly because: readonly ReasonWord[];
    }
  /** Refusals of one caller that have no entries of their own: they were too many, or the store could not be written to at that moment. */
  | {
      readonly kind: 'COUNTED';
      readonly at: string;
      readonly caller: string;
      /** When the first of them was refused. */
      readonly since: string;
      readonly refused: readonly CountedReason[];
    };
