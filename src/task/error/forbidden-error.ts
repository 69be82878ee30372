import { TributaryError } from './tributary-error.js';

/** Thrown when a caller may see something and not do what they asked for; the message says which right they lack. */
export class ForbiddenError extends TributaryError {
  override readonly name = 'ForbiddenError';
  readonly code = 'FORBIDDEN';
}
