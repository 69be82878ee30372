import { TributaryError } from '../../model/errors.js';

/**
 * Thrown for a credential that is missing, unknown, expired or malformed. The message never says which, so that guessing teaches
 * nothing. Send a valid credential.
 */
export class AuthenticationError extends TributaryError {
  override readonly name = 'AuthenticationError';
  readonly code = 'UNAUTHENTICATED';

  constructor(cause?: unknown) {
    super('The caller is not authenticated: send a credential of this gateway as "authorization: Bearer …".', { cause });
  }
}

/** Thrown for every credential that has to be checked, valid or not, from an address that sent too many wrong ones. Wait. */
export class TooManyFailuresError extends TributaryError {
  override readonly name = 'TooManyFailuresError';
  readonly code = 'RATE_LIMITED';
  readonly credentials: 'keys' | 'tokens';
  override readonly retryAfterMs: number;

  constructor(credentials: 'keys' | 'tokens', retryAfterMs: number) {
    super(`Too many wrong ${credentials} came from this address.`);
    this.credentials = credentials;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown when a token can be neither accepted nor refused, because the public keys of its issuer are not available. Try again later. */
export class IssuerUnreachableError extends TributaryError {
  override readonly name = 'IssuerUnreachableError';
  readonly code = 'OVERLOADED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number, cause?: unknown) {
    super('Tokens cannot be checked at the moment: their issuer does not answer.', { cause });
    this.retryAfterMs = retryAfterMs;
  }
}
