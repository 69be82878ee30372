import QuickLRU from 'quick-lru';

interface Rate {
  /** How many each caller may take in a window; 0 is no limit. */
  readonly most: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** Milliseconds of any clock. When it is set back, no caller waits longer than a window. */
  readonly now: () => number;
}

/** Callers that are remembered; the least recently active are forgotten first, and may then take all again. */
const maxCallers = 10_000;

/**
 * Lets each caller take a number in a window: all at once after a pause, then one after another at an even pace. It
 * keeps one number for each caller (the generic cell rate algorithm). Own code, because several are taken together,
 * some are refunded, and the clock is injected.
 */
export class RateLimiter {
  readonly #rate: Rate;
  /** When the caller will have its whole quota again: the theoretical arrival time of the algorithm. */
  readonly #fullAt = new QuickLRU<string, number>({ maxSize: maxCallers });

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /**
   * Takes `count`, all or none. Returns 0 when they are taken, else the milliseconds to wait; Infinity for more than
   * the rate allows.
   */
  take(caller: string, count: number): number {
    const { waitMs, fullAt } = this.#plan(caller, count);
    if (waitMs === 0 && count > 0 && this.#rate.most > 0) this.#fullAt.set(caller, fullAt);
    return waitMs;
  }

  /** What `take` would return now; nothing is taken. */
  waitMs(caller: string, count: number): number {
    return this.#plan(caller, count).waitMs;
  }

  /** Gives back what was taken and not used. */
  refund(caller: string, count: number): void {
    const { most, windowMs } = this.#rate;
    const fullAt = this.#fullAt.get(caller);
    if (fullAt !== undefined && most !== 0) this.#fullAt.set(caller, fullAt - (count * windowMs) / most);
  }

  /** How long to wait before `count` can be taken, and when the quota would be whole again after that. */
  #plan(caller: string, count: number): { readonly waitMs: number; readonly fullAt: number } {
    const { most, windowMs, now } = this.#rate;
    const time = now();
    if (most === 0 || count === 0) return { waitMs: 0, fullAt: time };
    if (count > most) return { waitMs: Infinity, fullAt: time };
    const before = this.#fullAt.get(caller) ?? time;
    const fullAt = Math.min(Math.max(before, time), time + windowMs) + (count * windowMs) / most;
    const waitMs = fullAt - time - windowMs;
    // The tolerance is for floating-point errors.
    return { waitMs: waitMs > 0.001 ? Math.ceil(waitMs) : 0, fullAt };
  }
}
