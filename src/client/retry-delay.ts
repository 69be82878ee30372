import type { ClientError } from './client-error.js';
import { RefusedError } from './refused-error.js';

/** Twice as long after each failure, at most half a minute, and at random below that: many clients lose one gateway together. */
export function retryDelay(failures: number): number {
  return Math.random() * Math.min(30_000, 500 * 2 ** failures);
}

/** What the gateway asked to wait, in milliseconds. */
export function askedDelay(error: ClientError): number {
  return error instanceof RefusedError ? (error.retryAfterMs ?? 0) : 0;
}
