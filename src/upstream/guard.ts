import type { Bulkhead } from './bulkhead.js';
import type { CircuitBreaker, Permit } from './circuit-breaker.js';

/** The way to a plane: past its circuit breaker, then through one of its lanes. */
export class UpstreamGuard {
  readonly #breaker: CircuitBreaker;
  readonly #bulkhead: Bulkhead;

  constructor(breaker: CircuitBreaker, lane: Bulkhead) {
    this.#breaker = breaker;
    this.#bulkhead = lane;
  }

  /** Milliseconds until it lets a call through; 0 when it does now. */
  get openForMs(): number {
    return this.#breaker.openForMs;
  }

  /** Leave to make one call. Rejects with a SourceProblemError, of kind CIRCUIT_OPEN or OVERLOADED: then nothing was sent. */
  async enter(signal: AbortSignal): Promise<Permit> {
    const permit = await this.#breaker.admit(signal);
    try {
      const leave = await this.#bulkhead.enter(signal);
      // It may have opened while this call waited.
      if (this.#breaker.openForMs > 0) {
        leave();
        throw this.#breaker.createOpenError();
      }
      return {
        done: (verdict) => {
          permit.done(verdict);
          leave();
        },
      };
    } catch (error) {
      permit.done('none');
      throw error;
    }
  }
}
