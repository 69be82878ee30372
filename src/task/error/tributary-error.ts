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
