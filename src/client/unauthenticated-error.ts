import { ClientError } from './client-error.js';

/** Thrown when the gateway does not accept the token, or wants one: give another to `createClient`. */
export class UnauthenticatedError extends ClientError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';

  constructor(message = 'The gateway did not accept the token.') {
    super(message);
  }
}
