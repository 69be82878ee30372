export interface CoalescingStreamOptions<E, T> {
  /** What two events under one key become, so that at most one waits; null: there is nothing left to tell. */
  readonly merge: (pending: E, next: E) => E | null;
  /** Whether the consumer may have an event, at the moment when it would get it; one that they may not is dropped. */
  readonly mayDeliver: (event: E) => boolean;
  /** Makes of an event what the consumer gets, at the moment when it gets it. */
  readonly deliver: (event: E) => T;
  /** Lets go of all that feeds the stream; called once, when it finishes or its consumer goes away. */
  readonly release: () => void;
}

/**
 * Events for one consumer, in order. A slow one finds at most one event a key waiting. Written by hand and not as a
 * generator: a generator that waits does not stop on `return()`.
 */
export class CoalescingStream<E, T> implements AsyncIterableIterator<T> {
  readonly #options: CoalescingStreamOptions<E, T>;
  readonly #pending = new Map<string, E>();
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #phase: 'open' | 'finishing' | 'over' = 'open';

  constructor(options: CoalescingStreamOptions<E, T>) {
    this.#options = options;
  }

  /** False: nothing more is taken. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** How many events wait for the consumer. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  push(key: string, event: E): void {
    if (this.#phase !== 'open') return;
    const pending = this.#pending.get(key);
    const merged = pending === undefined ? event : this.#options.merge(pending, event);
    if (merged === null) this.#pending.delete(key);
    else this.#pending.set(key, merged);
    this.#handOut();
  }

  /** What is pending is still handed out; then the stream is over. */
  finish(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'finishing';
    this.#options.release();
    this.#handOut();
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#handOut();
    });
  }

  /** The consumer goes away: at once, also while it waits. */
  return(): Promise<IteratorResult<T>> {
    const wasOpen = this.#phase === 'open';
    this.#phase = 'over';
    this.#pending.clear();
    if (wasOpen) this.#options.release();
    this.#handOut();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #handOut(): void {
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
    if (this.#phase === 'finishing' && this.#waiting.length > 0) this.#phase = 'over';
    for (const resolve of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
  }
}
