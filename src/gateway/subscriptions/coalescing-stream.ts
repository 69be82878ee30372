interface CoalescingStreamOptions<E, T> {
  /** Merges two events with the same key, so that at most one is pending; null: they cancel each other out. */
  readonly merge: (pending: E, next: E) => E | null;
  /** Whether the consumer may get an event, asked when it is delivered; otherwise it is dropped. */
  readonly mayDeliver: (event: E) => boolean;
  /** Turns an event into what the consumer gets, when it is delivered. */
  readonly deliver: (event: E) => T;
  /** Unsubscribes from whatever feeds the stream; called once, when it finishes or its consumer leaves. */
  readonly release: () => void;
}

/**
 * Events for one consumer, in order. For a slow consumer at most one event per key is pending. Not a generator, because
 * `return()` does not end a generator that awaits; and no queue library, because none merges pending events by key.
 */
export class CoalescingStream<E, T> implements AsyncIterableIterator<T> {
  readonly #options: CoalescingStreamOptions<E, T>;
  readonly #pending = new Map<string, E>();
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];
  /** `finishing`: nothing more is accepted, and pending events are still delivered. */
  #phase: 'open' | 'finishing' | 'ended' = 'open';

  constructor(options: CoalescingStreamOptions<E, T>) {
    this.#options = options;
  }

  /** False: no more events are accepted. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** How many events wait for the consumer: how slow it is. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  push(key: string, event: E): void {
    if (this.#phase !== 'open') return;
    if (this.#pending.size === 0 && this.#waiting.length > 0) return this.#hand(event);
    const pending = this.#pending.get(key);
    const merged = pending === undefined ? event : this.#options.merge(pending, event);
    if (merged === null) this.#pending.delete(key);
    else this.#pending.set(key, merged);
    this.#deliverPending();
  }

  /** Delivers what is pending, then ends. */
  finish(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'finishing';
    this.#options.release();
    this.#deliverPending();
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve) => this.take(resolve));
  }

  /** Does the same as `next` without a promise: calls back once, possibly before it returns. */
  take(consume: (result: IteratorResult<T>) => void): void {
    this.#waiting.push(consume);
    this.#deliverPending();
  }

  /** The consumer leaves: the stream ends at once, also while a `next()` is waiting. */
  return(): Promise<IteratorResult<T>> {
    const wasOpen = this.#phase === 'open';
    this.#phase = 'ended';
    this.#pending.clear();
    if (wasOpen) this.#options.release();
    this.#deliverPending();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** To the consumer who waits, without a detour. */
  #hand(event: E): void {
    if (!this.#options.mayDeliver(event)) return;
    this.#waiting.shift()?.({ done: false, value: this.#options.deliver(event) });
  }

  #deliverPending(): void {
    for (const [key, event] of this.#pending) {
      if (!this.#options.mayDeliver(event)) {
        this.#pending.delete(key);
        continue;
      }
      const resolve = this.#waiting.shift();
      if (resolve === undefined) return;
      this.#pending.delete(key);
      resolve({ done: false, value: this.#options.deliver(event) });
    }
    if (this.#phase === 'open') return;
    if (this.#phase === 'finishing' && this.#waiting.length > 0) this.#phase = 'ended';
    for (const resolve of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
  }
}
