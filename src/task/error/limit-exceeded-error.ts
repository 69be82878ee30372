import { TributaryError } from './tributary-error.js';

/** Thrown for an operation that is too much for one; the message names the limit. Ask for less. */
export class LimitExceededError extends TributaryError {
  override readonly name = 'LimitExceededError';
  readonly code = 'LIMIT_EXCEEDED';
}
