import type { TaskSourceProblem } from '../source/problem.js';
import type { TaskSourceProblemKind } from '../source/problem-kind.js';
import { TributaryError } from './tributary-error.js';

const hour = 3_600_000;

/** Thrown when a plane did not answer well. `cause` is kept for the log; the message is fit for clients. */
export class SourceProblemError extends TributaryError {
  override readonly name = 'SourceProblemError';
  readonly code = 'SOURCE_UNAVAILABLE';
  readonly problem: TaskSourceProblem;
  override readonly retryAfterMs: number | null;

  constructor(kind: TaskSourceProblemKind, message: string, details: SourceProblemDetails = {}) {
    super(message, { cause: details.cause });
    this.problem = {
      kind,
      message,
      httpStatus: details.httpStatus ?? null,
      referenceToken: details.referenceToken ?? null,
    };
    this.retryAfterMs = details.retryAfterMs == null ? null : Math.min(Math.max(0, Math.ceil(details.retryAfterMs)), hour);
  }

  /** The same problem of a plane that will not be asked for so long, in milliseconds, whatever was said of it before. */
  notBefore(ms: number): SourceProblemError {
    if (ms <= (this.retryAfterMs ?? 0)) return this;
    const { problem, message, cause } = this;
    return new SourceProblemError(problem.kind, message, { ...problem, retryAfterMs: ms, cause });
  }

  /** Asking again may help: nothing but the credentials stands in the way otherwise. */
  get isRetryable(): boolean {
    return !this.isRefusal;
  }

  /** The plane does not take the credentials. */
  get isRefusal(): boolean {
    return this.problem.kind === 'UNAUTHENTICATED' || this.problem.kind === 'FORBIDDEN';
  }
}

/** What may be known beyond the kind and the message. */
export interface SourceProblemDetails {
  /** What the plane answered. */
  readonly httpStatus?: number | null;
  /** The plane's support key. */
  readonly referenceToken?: string | null;
  /** When the plane asks to be asked again, in milliseconds; cut at one hour. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}
