import type { TaskActionKind } from '../act/action-kind.js';
import type { TaskActionOutcome } from '../act/outcome.js';

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
      readonly action: TaskActionKind;
      readonly taskId: string;
      /** In the caller's words. */
      readonly reason: string | null;
      /** Why it is not sent: codes of blockers, or TaskNotFoundError; null: it is about to be. */
      readonly refusedFor: readonly string[] | null;
    }
  /** What became of one. */
  | { readonly kind: 'OUTCOME'; readonly at: string; readonly auditId: string; readonly outcome: TaskActionOutcome };
