import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown for an operation that comes too soon after the others of its caller: send it again after `retryAfterMs`. */
export class RateLimitedError extends TributaryError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The caller sends more operations than limits.operationsPerSecond allows.');
    this.retryAfterMs = retryAfterMs;
  }
}
