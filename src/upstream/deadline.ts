import type { Clock } from '../lib/scheduler.js';

/**
 * The time that attempts and waits take. Not the clock of the source: sockets live in real time also where a test sets
 * that clock. It is virtual only in tests of the retry policy, which have no sockets.
 */
export type AttemptClock = Pick<Clock, 'monotonic' | 'scheduler'>;

/** The time span of one read of a plane, however many calls it takes: attempts, waits and queues together. */
export class ReadDeadline {
  readonly startedAt: number;
  readonly endsAt: number;
  /** Whether a call of the read has been let past the pause that the plane asked for; then so are all others. */
  isBegun = false;
  /** Whether a call of the read got what it asked for. */
  hasSucceeded = false;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<() => void>();
  readonly #abort = (): void => {
    for (const leave of this.#waiting) leave();
    this.#waiting.clear();
  };

  constructor(signal: AbortSignal, startedAt: number, totalMs: number) {
    this.#signal = signal;
    this.startedAt = startedAt;
    this.endsAt = startedAt + totalMs;
  }

  get isAborted(): boolean {
    return this.#signal.aborted;
  }

  get reason(): unknown {
    return this.#signal.reason;
  }

  /**
   * Calls a function when the read aborts, until the returned one is called. All calls of a read share one listener, which
   * is there while one of them waits: a signal with listeners stays in memory until its time is over.
   */
  onAbort(leave: () => void): () => void {
    if (this.#waiting.size === 0) this.#signal.addEventListener('abort', this.#abort, { once: true });
    this.#waiting.add(leave);
    return () => {
      if (this.#waiting.delete(leave) && this.#waiting.size === 0) this.#signal.removeEventListener('abort', this.#abort);
    };
  }
}

/**
 * Finds the deadline of a call. All calls with one signal belong to one read, and the first of them starts its
 * deadline.
 */
export class ReadDeadlines {
  readonly #bySignal = new WeakMap<AbortSignal, ReadDeadline>();
  readonly #totalMs: number;
  readonly #monotonic: () => number;

  /** `totalMs`: how long a read may take. */
  constructor(totalMs: number, monotonic: () => number) {
    this.#totalMs = totalMs;
    this.#monotonic = monotonic;
  }

  forSignal(signal: AbortSignal): ReadDeadline {
    const existing = this.#bySignal.get(signal);
    if (existing !== undefined) return existing;
    const deadline = new ReadDeadline(signal, this.#monotonic(), this.#totalMs);
    this.#bySignal.set(signal, deadline);
    return deadline;
  }
}

/** No attempt starts with less time left, in milliseconds: it would only load the plane. */
export const minAttemptMs = 100;

/** Kept at the end to report that there was no response, in milliseconds. */
const reserveMs = 50;

/**
 * An attempt that may be followed by another one gets 3 s of the usual deadline of 5 s, or 60 % of a longer deadline.
 */
const usualAttemptMs = 3_000;
const shareOfLongDeadline = 0.6;

interface AttemptTimeOptions {
  /** Milliseconds until the deadline. */
  readonly remainingMs: number;
  /** Milliseconds that the read has in all. */
  readonly totalMs: number;
  /** How many attempts may follow this one. */
  readonly attemptsLeft: number;
}

/**
 * Milliseconds that an attempt may take: all that is left for the last one. Null when too little is left to start one.
 */
export function attemptTimeMs({ remainingMs, totalMs, attemptsLeft }: AttemptTimeOptions): number | null {
  if (remainingMs < minAttemptMs) return null;
  const longestMs = attemptsLeft === 0 ? Infinity : Math.max(usualAttemptMs, totalMs * shareOfLongDeadline);
  return Math.min(longestMs, remainingMs - reserveMs);
}
