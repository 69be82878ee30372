import type { TaskActionBlockerCode } from '../act/blocker-code.js';

/** Why an action was rejected, or what became of it is not known, in one word of a closed list. */
export type ReasonWord =
  | TaskActionBlockerCode
  /** There is no such task or source, or the caller may not read it. Entries of earlier versions say TaskNotFoundError. */
  | 'NOT_FOUND'
  /** The task had moved on. */
  | 'CONFLICT'
  /** The plane refused it, or could not be reached. */
  | 'SOURCE_ERROR'
  /** It was sent, and no answer says what became of it. */
  | 'OUTCOME_UNKNOWN'
  /** An idempotency key came with another input than before. */
  | 'KEY_REUSED'
  /** More in a minute than the caller may. */
  | 'RATE_LIMITED'
  /** More in one mutation than the caller may in a minute. */
  | 'LIMIT_EXCEEDED'
  /** A reason, an idempotency key or a list of ids that cannot be one. */
  | 'BAD_USER_INPUT'
  /** The plane lists its tasks. */
  | 'TRACKING_NOT_NEEDED';
