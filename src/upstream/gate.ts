import type { Bulkhead } from './bulkhead.js';
import type { CircuitBreaker, Permit } from './circuit-breaker.js';

/** The way to a plane: past its circuit breaker, then through one of its lanes. */
export class Gate {
  readonly #breaker: CircuitBreaker;
  readonly #lane: Bulkhead;

  constructor(breaker: CircuitBreaker, lane: Bulkhead) {
    this.#breaker = breaker;
    this.#lane = lane;
  }

  /** Milliseconds until it lets a call through; 0 when it does now. */
  get refusesForMs(): number {
    return this.#breaker.refusesForMs;
  }

  /** Leave to make one call. Rejects with a SourceProblemError, of kind CIRCUIT_OPEN or OVERLOADED: then nothing was sent. */
  async enter(signal: AbortSignal): Promise<Permit> {
    const permit = await this.#breaker.admit(signal);
    try {
      const leave = await this.#lane.enter(signal);
      // It may have opened while this call waited.
      if (this.#breaker.refusesForMs > 0) {
        leave();
        throw this.#breaker.refusal();
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
