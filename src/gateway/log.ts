import type { TaskActionOutcome } from '../model/action.js';
import type { TaskSourceProblem } from '../model/source-problem.js';
import type { AuditReason, CountedRefusals } from '../store/audit-trail.js';

/** The port to the operator's log. No URL, credential, header or body is passed to it. */
export interface Log {
  /** Reads of a source began or ceased to succeed; called once for each change. */
  sourceChanged(change: SourceChange): void;
  /**
   * The outcome of an action; called once for each action, except for refusals beyond the rate that is logged one by
   * one.
   */
  actionFinished(action: LoggedAction): void;
  /** The number of those refusals. */
  refusalsCounted(counted: CountedRefusals): void;
  /** An error inside the gateway. */
  internalError(error: unknown): void;
}

/** How the reads of a source end from now on; the problem is null when they succeed again. */
export interface SourceChange {
  readonly sourceName: string;
  readonly state: 'answers' | 'answers-in-part' | 'fails';
  readonly problem: TaskSourceProblem | null;
  /** The code of the underlying error, such as `ECONNREFUSED`. */
  readonly causeCode: string | null;
}

/** An action, as the log has it. */
interface LoggedAction {
  /** Null when the action was not sent and has no entry in the audit trail. */
  readonly auditId: string | null;
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly outcome: TaskActionOutcome;
  /** Why it was rejected, or is unknown; empty otherwise. */
  readonly because: readonly AuditReason[];
  /** As the caller gave it. */
  readonly reason: string | null;
}
