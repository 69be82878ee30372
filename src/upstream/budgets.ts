import { setMaxListeners } from 'node:events';

/** The time that one reading of a plane has in all, whatever number of calls it takes: waits, attempts and queues together. */
export interface Budget {
  readonly begunAt: number;
  readonly endsAt: number;
}

/** Remembers the budget of each reading that is under way. All calls with one signal are one reading; its first begins the budget. */
export class Budgets {
  readonly #bySignal = new WeakMap<AbortSignal, Budget>();
  readonly #totalMs: number;
  readonly #elapsed: () => number;

  /** `totalMs` is the deadline of a reading, `timeoutMs` of its source. */
  constructor(totalMs: number, elapsed: () => number) {
    this.#totalMs = totalMs;
    this.#elapsed = elapsed;
  }

  of(signal: AbortSignal): Budget {
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
