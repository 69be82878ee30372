import { setMaxListeners } from 'node:events';

import { type Scheduler, timerScheduler } from '../lib/scheduler.js';

/** The time that attempts take and wait: sockets live in real time. Virtual in tests of the policy, which have none. */
export interface UpstreamClock {
  /** Milliseconds that never go back. */
  readonly elapsed: () => number;
  /** What is done later. */
  readonly scheduler: Scheduler;
}

/** The time that one reading of a plane has in all, whatever number of calls it takes: waits, attempts and queues together. */
export interface ReadDeadline {
  readonly begunAt: number;
  readonly endsAt: number;
}

/** Remembers the budget of each reading that is under way. All calls with one signal are one reading; its first begins the budget. */
export class ReadDeadlines {
  readonly #bySignal = new WeakMap<AbortSignal, ReadDeadline>();
  readonly #totalMs: number;
  readonly #elapsed: () => number;

  /** `totalMs` is the deadline of a reading, `timeoutMs` of its source. */
  constructor(totalMs: number, elapsed: () => number) {
    this.#totalMs = totalMs;
    this.#elapsed = elapsed;
  }

  forSignal(signal: AbortSignal): ReadDeadline {
    const known = this.#bySignal.get(signal);
    if (known !== undefined) return known;
    const begunAt = this.#elapsed();
    const budget = { begunAt, endsAt: begunAt + this.#totalMs };
    this.#bySignal.set(signal, budget);
    // Each call of a reading listens to it, and there may be many at a time.
    setMaxListeners(0, signal);
    return budget;
  }
}

/** An attempt is not begun with less left, in milliseconds. */
export const minAttemptMs = 100;

/** What is left at the end to say that there was no answer, in milliseconds. */
const reserveMs = 50;

/** With the usual deadline of 5 s, 3 s; the rest is for another attempt. */
const usualAttemptMs = 3_000;
const shareOfLongDeadline = 0.6;

export interface AttemptTimeOptions {
  /** Milliseconds until the deadline. */
  readonly remainingMs: number;
  /** Milliseconds that the reading has in all. */
  readonly totalMs: number;
  /** How many attempts there may be behind this one. */
  readonly attemptsLeft: number;
}

/**
 * Milliseconds that an attempt may take; null when too little is left to begin one. While another one may follow, it takes at
 * most 3 s, or 60 % of a deadline longer than 5 s; else all that is left.
 */
export function attemptTimeMs({ remainingMs, totalMs, attemptsLeft: further }: AttemptTimeOptions): number | null {
  if (remainingMs < minAttemptMs) return null;
  const longest = further === 0 ? Infinity : Math.max(usualAttemptMs, totalMs * shareOfLongDeadline);
  return Math.min(longest, remainingMs - reserveMs);
}

/** Real time. */
export const realUpstreamClock: UpstreamClock = {
  elapsed: () => performance.now(),
  scheduler: timerScheduler,
};
