import type { TaskActionOutcome } from '../model/action.js';
import type { TaskSourceProblem } from '../model/source-problem.js';
import type { AuditReason, CountedRefusals } from '../store/audit-trail.js';

/** The port to the log: what an operator wants to read later. It is told no URL, credential, header or body. */
export interface Log {
  /** A source answers in another way than it did; told once a change. */
  sourceChanged(change: SourceChange): void;
  /** What became of an action; told once an action, but not of refusals that are too many. */
  acted(action: ActionRecord): void;
  /** How many refusals there were of those. */
  refused(counted: CountedRefusals): void;
}

/** How a source answers from now on. Without a problem it answers well, after it did not. */
export interface SourceChange {
  readonly sourceName: string;
  readonly state: 'answers' | 'answers-in-part' | 'fails';
  readonly problem: TaskSourceProblem | null;
  /** What the system calls it, such as `ECONNREFUSED`. */
  readonly causeCode: string | null;
}

/** Who did what, and what became of it. */
export interface ActionRecord {
  /** Null when it has no entry in the audit trail, and was not sent. */
  readonly auditId: string | null;
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly outcome: TaskActionOutcome;
  /** Why it was rejected, or is unknown; empty when it is neither. */
  readonly because: readonly AuditReason[];
  /** In the caller's words. */
  readonly reason: string | null;
}
