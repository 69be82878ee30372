import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown when a token can be neither believed nor refused, because the public keys of its issuer cannot be had. Try again later. */
export class IssuerUnreachableError extends TributaryError {
  override readonly name = 'IssuerUnreachableError';
  readonly code = 'OVERLOADED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number, cause?: unknown) {
    super('Tokens cannot be checked at the moment: their issuer does not answer.', { cause });
    this.retryAfterMs = retryAfterMs;
  }
}
