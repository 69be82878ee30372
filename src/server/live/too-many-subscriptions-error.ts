import { TributaryError } from '../../task/error/tributary-error.js';

/** Thrown for the subscription that is one too many on its WebSocket: complete another one first. */
export class TooManySubscriptionsError extends TributaryError {
  override readonly name = 'TooManySubscriptionsError';
  readonly code = 'RATE_LIMITED';
  /** Nobody knows when the client completes another one. */
  override readonly retryAfterMs = 5_000;

  constructor(limit: number) {
    super(`limits.subscriptionsPerSocket allows ${limit} subscriptions on one WebSocket.`);
  }
}
