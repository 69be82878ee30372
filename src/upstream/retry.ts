import type { AttemptResult } from './failure-classification.js';
import type { UpstreamRequest } from './request.js';
import type { UpstreamResponse } from './response.js';

/** Attempts of a read in all. */
export const maxAttempts = 3;

/** 501 and 505 say that asking again is of no use. */
const permanentStatuses: ReadonlySet<number> = new Set([501, 505]);

/**
 * Milliseconds to wait before another attempt; null when there is to be none. A read is tried up to three times where it may
 * help: no connection, a lost one, no answer in time, 408, 429, 5xx. A log-in is tried once more, and only where no answer
 * came at all: answers to log-ins may be counted against the account.
 */
export function retryWaitMs(
  attempted: AttemptResult,
  method: UpstreamRequest['method'],
  retry: number,
  random: () => number,
): number | null {
  if (retry >= (method === 'GET' ? maxAttempts - 1 : 1)) return null;
  if ('error' in attempted) {
    const { kind } = attempted.error.problem;
    return kind === 'UNREACHABLE' || (kind === 'TIMEOUT' && method === 'GET') ? backoffMs(retry, 'failed', random) : null;
  }
  const { answer } = attempted;
  const isPassing = answer.status === 408 || answer.status === 429 || (answer.status >= 500 && !permanentStatuses.has(answer.status));
  if (!isPassing || method !== 'GET') return null;
  const asked = parseRetryAfter(answer) ?? 0;
  return Math.max(asked, backoffMs(retry, answer.status === 429 ? 'rate-limited' : 'failed', random));
}

/** Longest wait before a retry, in milliseconds; the plane's own Retry-After may be longer. */
const maxBackoffMs = 2_000;

/** Milliseconds before the n-th retry, from 0: full jitter, so that those who failed together do not come back together. */
export function backoffMs(retry: number, cause: 'failed' | 'rate-limited', random: () => number): number {
  const base = cause === 'rate-limited' ? 1_000 : 50;
  return random() * Math.min(maxBackoffMs, base * 2 ** retry);
}

/** Milliseconds from its arrival on that `Retry-After` asks for, in either of its forms (RFC 9110, 10.2.3); null when absent, past or unreadable. */
export function parseRetryAfter(answer: UpstreamResponse): number | null {
  const value = answer.header('retry-after')?.trim();
  if (value === undefined || value === '') return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - answer.receivedAt;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

const maxTokens = 35;
const tokensPerSuccess = 0.5;

/**
 * How many retries a plane is worth: each costs one token, each attempt that succeeds earns half a one. While a plane is
 * down the tokens run out and every call is one attempt; a third of failures is still retried. The figures are those of
 * the AWS SDK's standard retry mode, with a deposit on success alone.
 */
export class RetryTokenBucket {
  #left = maxTokens;

  /** Whether there was one. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  earn(): void {
    this.#left = Math.min(maxTokens, this.#left + tokensPerSuccess);
  }
}
