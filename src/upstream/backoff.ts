/** Longest wait before a retry, in milliseconds; the plane's own Retry-After may be longer. */
const longestMs = 2_000;

/** Milliseconds before the n-th retry, from 0: full jitter, so that those who failed together do not come back together. */
export function backoffMs(retry: number, cause: 'failed' | 'rate-limited', random: () => number): number {
  const base = cause === 'rate-limited' ? 1_000 : 50;
  return random() * Math.min(longestMs, base * 2 ** retry);
}
