import { TributaryError } from './tributary-error.js';

/** Thrown for what comes too soon after other things of the same caller: send it again after `retryAfterMs`. */
export class RateLimitedError extends TributaryError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  override readonly retryAfterMs: number;

  /** `limit`: its key of the configuration's `limits`. */
  constructor(limit: 'operationsPerSecond' | 'actionsPerMinute', retryAfterMs: number) {
    super(`The caller sends more than limits.${limit} allows.`);
    this.retryAfterMs = retryAfterMs;
  }
}
