import { TributaryError } from './tributary-error.js';

/** Thrown when an argument is of the right type and still makes no sense; the message says what was expected. */
export class BadUserInputError extends TributaryError {
  override readonly name = 'BadUserInputError';
  readonly code = 'BAD_USER_INPUT';
}
