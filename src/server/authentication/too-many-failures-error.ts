import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown for every key from an address that sent too many wrong ones, the right ones too: else guessing would go on. Wait. */
export class TooManyFailuresError extends TributaryError {
  override readonly name = 'TooManyFailuresError';
  readonly code = 'RATE_LIMITED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('Too many wrong keys came from this address.');
    this.retryAfterMs = retryAfterMs;
  }
}
