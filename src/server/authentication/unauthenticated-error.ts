import { TributaryError } from '../../task/error/tributary-error.js';

/**
 * Thrown for a credential that is missing, unknown, expired or not understood. It never says which: whoever guesses learns nothing.
 * Send a good one.
 */
export class UnauthenticatedError extends TributaryError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';

  constructor(cause?: unknown) {
    super('Who calls is not known: send a credential of this gateway as "authorization: Bearer …".', { cause });
  }
}
