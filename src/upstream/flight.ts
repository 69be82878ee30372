import { SourceProblemError } from '../task/error/source-problem-error.js';
import type { Budget } from './budgets.js';

/** One question to a plane that has no answer yet, and those who wait for it. It is given up when the last of them leaves. */
export class Flight<T> {
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
  isNewEnoughFor({ begunAt }: Budget): boolean {
    return !this.signal.aborted && (this.sentAt === null || this.sentAt >= begunAt);
  }

  /** Waits for the result until the signal aborts; the others wait on. */
  wait(result: Promise<T>, { endsAt }: Budget, signal: AbortSignal): Promise<T> {
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
