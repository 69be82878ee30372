export interface Rate {
  /** How many in a window; 0 is no limit. */
  readonly most: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** Milliseconds since any moment. A clock that is set back makes nobody wait longer than a window. */
  readonly now: () => number;
}

/** Callers that are remembered; who asked least recently is forgotten first. */
const maxCallers = 10_000;

/**
 * Lets each caller have so many in a window: all at once after a pause, then one after another at the same pace. It remembers
 * one number a caller (the generic cell rate algorithm).
 */
export class RateLimiter {
  readonly #rate: Rate;
  /** When a caller will have nothing behind it any more. Who asked least recently comes first. */
  readonly #freeAt = new Map<string, number>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** 0, and they are taken; or the milliseconds after which there may be so many. Infinity: so many there never are. */
  take(caller: string, count: number): number {
    const { most, windowMs, now } = this.#rate;
    if (most === 0 || count === 0) return 0;
    if (count > most) return Infinity;
    const time = now();
    const known = this.#freeAt.get(caller) ?? time;
    const freeAt = Math.min(Math.max(known, time), time + windowMs) + (count * windowMs) / most;
    const wait = freeAt - time - windowMs;
    // A thousandth of a millisecond is what floating point makes of nothing.
    if (wait > 0.001) return Math.ceil(wait);
    this.#remember(caller, freeAt);
    return 0;
  }

  /** What was taken and not used. */
  refund(caller: string, count: number): void {
    const { most, windowMs } = this.#rate;
    const freeAt = this.#freeAt.get(caller);
    if (freeAt !== undefined && most !== 0) this.#remember(caller, freeAt - (count * windowMs) / most);
  }

  /** Callers that are remembered now. */
  get size(): number {
    return this.#freeAt.size;
  }

  #remember(caller: string, freeAt: number): void {
    this.#freeAt.delete(caller);
    this.#freeAt.set(caller, freeAt);
    if (this.#freeAt.size <= maxCallers) return;
    const [least] = this.#freeAt.keys();
    if (least !== undefined) this.#freeAt.delete(least);
  }
}
