/** An attempt is not begun with less left, in milliseconds. */
export const leastAttemptMs = 100;

/** What is left at the end to say that there was no answer, in milliseconds. */
const reserveMs = 50;

/** With the usual deadline of 5 s, 3 s; the rest is for another attempt. */
const usualAttemptMs = 3_000;
const shareOfLongDeadline = 0.6;

export interface AttemptRoom {
  /** Milliseconds until the deadline. */
  readonly remainingMs: number;
  /** Milliseconds that the reading has in all. */
  readonly totalMs: number;
  /** How many attempts there may be behind this one. */
  readonly further: number;
}

/**
 * Milliseconds that an attempt may take; null when too little is left to begin one. While another one may follow, it takes at
 * most 3 s, or 60 % of a deadline longer than 5 s; else all that is left.
 */
export function attemptTimeMs({ remainingMs, totalMs, further }: AttemptRoom): number | null {
  if (remainingMs < leastAttemptMs) return null;
  const longest = further === 0 ? Infinity : Math.max(usualAttemptMs, totalMs * shareOfLongDeadline);
  return Math.min(longest, remainingMs - reserveMs);
}
