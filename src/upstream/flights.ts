import type { Budget } from './budgets.js';
import { Flight } from './flight.js';

interface Known<T> {
  readonly flight: Flight<T>;
  readonly result: Promise<T>;
}

/** Questions under way by what they are: who asks the same waits with the others, where the answer is new enough. */
export class Flights<T> {
  readonly #known = new Map<string, Known<T>>();

  /** A key of null is a question of its own. */
  join(key: string | null, budget: Budget, signal: AbortSignal, begin: (flight: Flight<T>) => Promise<T>): Promise<T> {
    const known = key === null ? undefined : this.#known.get(key);
    if (known?.flight.isNewEnoughFor(budget) === true) return known.flight.wait(known.result, budget, signal);
    const flight = new Flight<T>();
    // It begins with the next turn, when its first one waits and it has a deadline.
    const result = Promise.resolve().then(() => begin(flight));
    if (key !== null) this.#remember(key, { flight, result });
    return flight.wait(result, budget, signal);
  }

  #remember(key: string, own: Known<T>): void {
    this.#known.set(key, own);
    const forget = (): void => {
      if (this.#known.get(key) === own) this.#known.delete(key);
    };
    own.result.then(forget, forget);
  }
}
