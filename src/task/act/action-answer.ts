import type { TaskSourceProblem } from '../source/problem.js';

/** What became of the one request that an action sends. */
export type ActionAnswer =
  /** The plane took it. */
  | { readonly outcome: 'ACCEPTED' }
  /** Nothing was changed. */
  | {
      readonly outcome: 'REJECTED';
      readonly because: 'NOT_FOUND' | 'CONFLICT' | 'PROBLEM';
      readonly problem: TaskSourceProblem;
      /** Asking again may help and does no harm. */
      readonly isRetryable: boolean;
      /** In milliseconds, at most one hour. */
      readonly retryAfterMs: number | null;
    }
  /** It was sent, and no answer came that says what became of it. */
  | { readonly outcome: 'UNKNOWN'; readonly problem: TaskSourceProblem };
