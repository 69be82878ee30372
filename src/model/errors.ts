/** The codes that a client can see in `extensions.code`. The list is closed. */
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
  | 'STORE_UNAVAILABLE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'INTERNAL_SERVER_ERROR';

/** An error whose message and code clients may see. Every other error is masked. */
export abstract class TributaryError extends Error {
  abstract readonly code: ErrorCode;

  /**
   * The pause before a repeated request can succeed, in milliseconds, at most one hour; null when nothing is known
   * about it.
   */
  readonly retryAfterMs: number | null = null;
}

/** Thrown when an argument has the right type but an invalid value; the message says what is expected. */
export class BadUserInputError extends TributaryError {
  override readonly name = 'BadUserInputError';
  readonly code = 'BAD_USER_INPUT';
}

/**
 * Thrown when the caller may see something but lacks the right to do what it requested; the message names the right.
 */
export class ForbiddenError extends TributaryError {
  override readonly name = 'ForbiddenError';
  readonly code = 'FORBIDDEN';
}

/** Thrown when one operation exceeds a limit; the message names the limit. A smaller request succeeds. */
export class LimitExceededError extends TributaryError {
  override readonly name = 'LimitExceededError';
  readonly code = 'LIMIT_EXCEEDED';
}

/** Thrown when a caller exceeds a rate limit; the request succeeds after `retryAfterMs`. */
export class RateLimitedError extends TributaryError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  override readonly retryAfterMs: number;

  /** `limit`: its key in `limits` of the configuration. */
  constructor(limit: 'operationsPerSecond' | 'actionsPerMinute', retryAfterMs: number) {
    super(`The caller sends more than limits.${limit} allows.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown when the store of the gateway cannot be used at all; a later request may succeed. */
export class StoreUnavailableError extends TributaryError {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'STORE_UNAVAILABLE';
}

/** Finds the code of an error or of the first of its causes that has one, such as `ECONNREFUSED`; null without one. */
export function findErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? findErrorCode(error.cause) : null;
}
