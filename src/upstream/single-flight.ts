import { SourceProblemError } from '../model/source-problem.js';
import { Cancellation } from './cancellation.js';
import type { ReadDeadline } from './deadline.js';

interface SharedRequest<T> {
  readonly request: InFlightRequest<T>;
  readonly result: Promise<T>;
}

/**
 * Single-flight: concurrent callers of the same key share one request, unless it was sent before their read started.
 */
export class SingleFlight<T> {
  readonly #inFlight = new Map<string, SharedRequest<T>>();

  /** Joins the request of this key, or starts one. With a key of null the request is not shared. */
  join(key: string | null, deadline: ReadDeadline, start: (request: InFlightRequest<T>) => Promise<T>): Promise<T> {
    const shared = key === null ? undefined : this.#inFlight.get(key);
    if (shared?.request.isFreshEnoughFor(deadline) === true) return shared.request.wait(shared.result, deadline);
    const request = new InFlightRequest<T>();
    // It starts in a microtask, when its first caller waits for it and has given it a deadline.
    const result = Promise.resolve().then(() => start(request));
    if (key !== null) this.#share(key, { request, result });
    return request.wait(result, deadline);
  }

  #share(key: string, shared: SharedRequest<T>): void {
    this.#inFlight.set(key, shared);
    const forget = (): void => {
      if (this.#inFlight.get(key) === shared) this.#inFlight.delete(key);
    };
    shared.result.then(forget, forget);
  }
}

/** A request without a response yet, and its callers. It is cancelled when the last of them leaves. */
export class InFlightRequest<T> {
  readonly cancellation = new Cancellation();
  #callerCount = 0;
  #endsAt = -Infinity;
  /** When the attempt under way was sent; null while none is. */
  sentAt: number | null = null;

  /** The latest deadline of its callers. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /**
   * Whether the response cannot be older than the read that wants it: data from before a read started must not answer
   * it.
   */
  isFreshEnoughFor({ startedAt }: ReadDeadline): boolean {
    return !this.cancellation.isCancelled && (this.sentAt === null || this.sentAt >= startedAt);
  }

  /** Waits for the result until the read aborts; the other callers go on waiting. */
  wait(result: Promise<T>, deadline: ReadDeadline): Promise<T> {
    this.#endsAt = Math.max(this.#endsAt, deadline.endsAt);
    this.#callerCount += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(this.#leave(deadline));
      if (deadline.isAborted) leave();
      const stay = deadline.onAbort(leave);
      result.then(
        (value) => {
          stay();
          resolve(value);
        },
        (error: unknown) => {
          stay();
          reject(error);
        },
      );
    });
  }

  #leave({ reason }: ReadDeadline): SourceProblemError {
    this.#callerCount -= 1;
    if (this.#callerCount === 0) this.cancellation.cancel(reason);
    return new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { cause: reason });
  }
}
