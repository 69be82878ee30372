/** Every code that a client can see in `extensions.code`. The list is closed. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'SOURCE_UNAVAILABLE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR';

/** An error whose message and code a client may see as they are. Every other error is masked. */
export abstract class TributaryError extends Error {
  abstract readonly code: ErrorCode;

  /** When asking again makes sense, in milliseconds, at most one hour; null where nothing is known. */
  readonly retryAfterMs: number | null = null;
}

/** Thrown when an argument is of the right type and still makes no sense; the message says what was expected. */
export class BadUserInputError extends TributaryError {
  override readonly name = 'BadUserInputError';
  readonly code = 'BAD_USER_INPUT';
}

/** Thrown when a caller may see something and not do what they asked for; the message says which right they lack. */
export class ForbiddenError extends TributaryError {
  override readonly name = 'ForbiddenError';
  readonly code = 'FORBIDDEN';
}

/** Thrown for an operation that is too much for one; the message names the limit. Ask for less. */
export class LimitExceededError extends TributaryError {
  override readonly name = 'LimitExceededError';
  readonly code = 'LIMIT_EXCEEDED';
}

/** Thrown for what comes too soon after other things of the same caller: send it again after `retryAfterMs`. */
export class RateLimitedError extends TributaryError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  override readonly retryAfterMs: number;

  /** `limit`: its key of the configuration's `limits`. */
  constructor(limit: 'operationsPerSecond' | 'actionsPerMinute', retryAfterMs: number) {
    super(`The caller sends more than limits.${limit} allows.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown when the requested data is in the store alone, and the store cannot be read; a later request may succeed. */
export class StoreUnavailableError extends TributaryError {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'SOURCE_UNAVAILABLE';
}

/** What the system calls the first of an error and its causes that has a code, such as `ECONNREFUSED`; null without one. */
export function findErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? findErrorCode(error.cause) : null;
}
