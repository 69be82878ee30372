import type { TaskActionOutcome } from './act/outcome.js';
import type { TaskSourceProblem } from './source/problem.js';

/** The port to the log: what an operator wants to read later. It is told no URL, credential, header or body. */
export interface Log {
  /** A source answers in another way than it did; told once a change. */
  sourceChanged(change: SourceChange): void;
  /** What became of an action; told once an action. */
  acted(action: ActionRecord): void;
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
  /** Null when it could not be recorded, and was not sent. */
  readonly auditId: string | null;
  readonly caller: string;
  readonly mutation: string;
  readonly taskId: string;
  readonly outcome: TaskActionOutcome;
  /** In the caller's words. */
  readonly reason: string | null;
}
