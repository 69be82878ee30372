import { SourceProblemError } from '../model/source-problem.js';
import type { ReadDeadline } from './deadline.js';

interface InFlightEntry<T> {
  readonly flight: InFlightRequest<T>;
  readonly result: Promise<T>;
}

/** Questions under way by what they are: who asks the same waits with the others, where the answer is new enough. */
export class SingleFlight<T> {
  readonly #inFlight = new Map<string, InFlightEntry<T>>();

  /** A key of null is a question of its own. */
  join(key: string | null, budget: ReadDeadline, signal: AbortSignal, begin: (flight: InFlightRequest<T>) => Promise<T>): Promise<T> {
    const known = key === null ? undefined : this.#inFlight.get(key);
    if (known?.flight.isFreshEnoughFor(budget) === true) return known.flight.wait(known.result, budget, signal);
    const flight = new InFlightRequest<T>();
    // It begins with the next turn, when its first one waits and it has a deadline.
    const result = Promise.resolve().then(() => begin(flight));
    if (key !== null) this.#track(key, { flight, result });
    return flight.wait(result, budget, signal);
  }

  #track(key: string, own: InFlightEntry<T>): void {
    this.#inFlight.set(key, own);
    const forget = (): void => {
      if (this.#inFlight.get(key) === own) this.#inFlight.delete(key);
    };
    own.result.then(forget, forget);
  }
}

/** One question to a plane that has no answer yet, and those who wait for it. It is given up when the last of them leaves. */
export class InFlightRequest<T> {
  readonly #controller = new AbortController();
  #waiting = 0;
  #endsAt = -Infinity;
  /** When the attempt that is on its way was sent; null before one is. */
  sentAt: number | null = null;

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The deadline of whoever can wait longest. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /** Whether its answer will be as new as one to a question that is asked now: data from before the reading began is none of it. */
  isFreshEnoughFor({ begunAt }: ReadDeadline): boolean {
    return !this.signal.aborted && (this.sentAt === null || this.sentAt >= begunAt);
  }

  /** Waits for the result until the signal aborts; the others wait on. */
  wait(result: Promise<T>, { endsAt }: ReadDeadline, signal: AbortSignal): Promise<T> {
    this.#endsAt = Math.max(this.#endsAt, endsAt);
    this.#waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        reject(new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { cause: signal.reason }));
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#controller.abort(signal.reason);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}
