import type { AttemptResult } from './failure-classification.js';
import type { UpstreamRequest } from './request.js';

/** Attempts of a read in all. */
export const maxAttempts = 3;

/** 501 and 505 say that the plane never will; all other 5xx may pass. */
const permanentStatuses: ReadonlySet<number> = new Set([501, 505]);

/**
 * Milliseconds to wait before the next attempt; null when there is to be none. A read (GET) is tried up to three times
 * where that may help: no connection, a lost one, a timeout, 408, 429, 5xx. A login is tried once more, and only where
 * there was no response at all: a plane may count responses to logins against the account.
 */
export function retryWaitMs(result: AttemptResult, method: UpstreamRequest['method'], retry: number, random: () => number): number | null {
  if (retry >= (method === 'GET' ? maxAttempts - 1 : 1)) return null;
  if (result.kind === 'error') {
    const { kind } = result.error.problem;
    return kind === 'UNREACHABLE' || (kind === 'TIMEOUT' && method === 'GET') ? backoffMs(retry, 'failed', random) : null;
  }
  const { response } = result;
  const isTransient =
    response.status === 408 || response.status === 429 || (response.status >= 500 && !permanentStatuses.has(response.status));
  if (!isTransient || method !== 'GET') return null;
  return Math.max(response.retryAfterMs ?? 0, backoffMs(retry, response.status === 429 ? 'rate-limited' : 'failed', random));
}

/** Upper bound of the backoff, in milliseconds; the Retry-After of the plane may be longer. */
const maxBackoffMs = 2_000;

/**
 * The first retry waits at most this long: a lost connection is tried again almost at once, a rate limit is respected.
 */
const baseBackoffMs = { failed: 50, 'rate-limited': 1_000 };

/**
 * Exponential backoff with full jitter before the n-th retry, counted from 0, so that clients that failed together
 * spread out.
 */
export function backoffMs(retry: number, cause: keyof typeof baseBackoffMs, random: () => number): number {
  return random() * Math.min(maxBackoffMs, baseBackoffMs[cause] * 2 ** retry);
}

const maxTokens = 35;
const tokensPerSuccess = 0.5;

/**
 * The retry budget of a plane, a token bucket: each retry costs one token, each successful attempt earns half a token.
 * While a plane is down the tokens run out and every read is one attempt; while a third of the attempts fail, all of
 * them are still retried. The figures are those of the AWS SDK's standard retry mode, except that only successes earn
 * tokens.
 */
export class RetryTokenBucket {
  #tokens = maxTokens;

  /** Takes a token; false when there is none. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  earn(): void {
    this.#tokens = Math.min(maxTokens, this.#tokens + tokensPerSuccess);
  }
}
