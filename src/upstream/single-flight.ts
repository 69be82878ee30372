import { rejectOnAbort } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
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
  join(key: string | null, deadline: ReadDeadline, signal: AbortSignal, start: (request: InFlightRequest<T>) => Promise<T>): Promise<T> {
    const shared = key === null ? undefined : this.#inFlight.get(key);
    if (shared?.request.isFreshEnoughFor(deadline) === true) return shared.request.wait(shared.result, deadline, signal);
    const request = new InFlightRequest<T>();
    // It starts in a microtask, when its first caller waits for it and has given it a deadline.
    const result = Promise.resolve().then(() => start(request));
    if (key !== null) this.#share(key, { request, result });
    return request.wait(result, deadline, signal);
  }

  #share(key: string, shared: SharedRequest<T>): void {
    this.#inFlight.set(key, shared);
    const forget = (): void => {
      if (this.#inFlight.get(key) === shared) this.#inFlight.delete(key);
    };
    shared.result.then(forget, forget);
  }
}

/** A request without a response yet, and its callers. It is aborted when the last of them leaves. */
export class InFlightRequest<T> {
  readonly #controller = new AbortController();
  #callerCount = 0;
  #endsAt = -Infinity;
  /** When the attempt under way was sent; null while none is. */
  sentAt: number | null = null;

  /** Aborts when the last caller leaves. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The latest deadline of its callers. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /**
   * Whether the response cannot be older than the read that wants it: data from before a read started must not answer
   * it.
   */
  isFreshEnoughFor({ startedAt }: ReadDeadline): boolean {
    return !this.signal.aborted && (this.sentAt === null || this.sentAt >= startedAt);
  }

  /** Waits for the result until the signal aborts; the other callers go on waiting. */
  wait(result: Promise<T>, { endsAt }: ReadDeadline, signal: AbortSignal): Promise<T> {
    this.#endsAt = Math.max(this.#endsAt, endsAt);
    this.#callerCount += 1;
    return rejectOnAbort(result, signal, () => {
      this.#callerCount -= 1;
      if (this.#callerCount === 0) this.#controller.abort(signal.reason);
      return new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { cause: signal.reason });
    });
  }
}
