import type { Bulkhead } from './bulkhead.js';
import type { CircuitBreaker, Permit } from './circuit-breaker.js';

/** Admits calls to a plane: past its circuit breaker, then through a bulkhead, then past the circuit breaker again. */
export class CallAdmission {
  readonly #breaker: CircuitBreaker;
  readonly #bulkhead: Bulkhead;

  constructor(breaker: CircuitBreaker, bulkhead: Bulkhead) {
    this.#breaker = breaker;
    this.#bulkhead = bulkhead;
  }

  /** Milliseconds until the circuit breaker lets a call through; 0 when it does now. */
  get openForMs(): number {
    return this.#breaker.openForMs;
  }

  /** The same as `enter`, where nothing has to be waited for, as nearly always; else null. */
  tryEnter(): Permit | null {
    const permit = this.#breaker.tryAdmit();
    if (permit === null) return null;
    const leave = this.#bulkhead.tryEnter();
    if (leave !== null) return joinPermits(permit, leave);
    permit.done('ignored');
    return null;
  }

  /**
   * Permission to make one call. Rejects with a SourceProblemError of kind CIRCUIT_OPEN or OVERLOADED: then nothing was
   * sent.
   */
  async enter(signal: AbortSignal): Promise<Permit> {
    const permit = await this.#breaker.admit(signal);
    try {
      const leave = await this.#bulkhead.enter(signal);
      // The breaker may have opened while this call was queued.
      if (this.#breaker.openForMs > 0) {
        leave();
        throw this.#breaker.createOpenError();
      }
      return joinPermits(permit, leave);
    } catch (error) {
      permit.done('ignored');
      throw error;
    }
  }
}

function joinPermits(permit: Permit, leave: () => void): Permit {
  return {
    done: (outcome) => {
      permit.done(outcome);
      leave();
    },
  };
}
