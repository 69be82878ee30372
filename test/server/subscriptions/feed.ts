/** What one subscriber waits for. */
interface Subscriber {
  readonly pending: unknown[];
  readonly waiting: ((result: IteratorResult<unknown>) => void)[];
}

/** A source of events that a test pushes. It notices when a subscriber goes away. */
export class Feed {
  /** Subscribers that are there. */
  readonly #subscribers = new Set<Subscriber>();
  readonly #watchers = new Set<() => void>();
  /** Events that subscribers have requested so far. */
  pulls = 0;

  get count(): number {
    return this.#subscribers.size;
  }

  /** Resolves when there are so many subscribers. */
  until(count: number): Promise<void> {
    return this.#when(() => this.count === count);
  }

  /** Resolves when so many events were requested. */
  untilPulls(pulls: number): Promise<void> {
    return this.#when(() => this.pulls >= pulls);
  }

  push(event: unknown): void {
    for (const subscriber of this.#subscribers) {
      const resolve = subscriber.waiting.shift();
      if (resolve === undefined) subscriber.pending.push(event);
      else resolve({ done: false, value: event });
    }
  }

  /** Ends every subscription from this side. */
  finish(): void {
    for (const subscriber of this.#subscribers) this.#drop(subscriber);
  }

  subscribe(): AsyncIterableIterator<unknown> {
    const subscriber: Subscriber = { pending: [], waiting: [] };
    this.#subscribers.add(subscriber);
    this.#changed();
    const iterator: AsyncIterableIterator<unknown> = {
      [Symbol.asyncIterator]: () => iterator,
      next: () =>
        new Promise((resolve) => {
          this.pulls += 1;
          this.#changed();
          if (subscriber.pending.length > 0) resolve({ done: false, value: subscriber.pending.shift() });
          else if (this.#subscribers.has(subscriber)) subscriber.waiting.push(resolve);
          else resolve({ done: true, value: undefined });
        }),
      return: async () => {
        this.#drop(subscriber);
        return { done: true, value: undefined };
      },
    };
    return iterator;
  }

  #drop(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    for (const resolve of subscriber.waiting.splice(0)) resolve({ done: true, value: undefined });
    this.#changed();
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #when(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}
