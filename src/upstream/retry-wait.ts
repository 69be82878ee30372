import { backoffMs } from './backoff.js';
import { retryAfterOf } from './retry-after.js';
import type { UpstreamRequest } from './upstream-request.js';
import type { Attempted } from './verdict.js';

/** Attempts of a read in all. */
export const mostAttempts = 3;

/** 501 and 505 say that asking again is of no use. */
const hopeless: ReadonlySet<number> = new Set([501, 505]);

/**
 * Milliseconds to wait before another attempt; null when there is to be none. A read is tried up to three times where it may
 * help: no connection, a lost one, no answer in time, 408, 429, 5xx. A log-in is tried once more, and only where no answer
 * came at all: answers to log-ins may be counted against the account.
 */
export function retryWaitMs(attempted: Attempted, method: UpstreamRequest['method'], retry: number, random: () => number): number | null {
  if (retry >= (method === 'GET' ? mostAttempts - 1 : 1)) return null;
  if ('error' in attempted) {
    const { kind } = attempted.error.problem;
    return kind === 'UNREACHABLE' || (kind === 'TIMEOUT' && method === 'GET') ? backoffMs(retry, 'failed', random) : null;
  }
  const { answer } = attempted;
  const isPassing = answer.status === 408 || answer.status === 429 || (answer.status >= 500 && !hopeless.has(answer.status));
  if (!isPassing || method !== 'GET') return null;
  const asked = retryAfterOf(answer) ?? 0;
  return Math.max(asked, backoffMs(retry, answer.status === 429 ? 'rate-limited' : 'failed', random));
}
