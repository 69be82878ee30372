import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown for an operation that the process cannot bear now: send it again after `retryAfterMs`. Nothing of it was done. */
export class OverloadedError extends TributaryError {
  override readonly name = 'OverloadedError';
  readonly code = 'OVERLOADED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The gateway has more to do than it can bear; nothing of this was done.');
    this.retryAfterMs = retryAfterMs;
  }
}
