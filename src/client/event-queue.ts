/** Events for one reader, in order; none is lost while nobody reads. Written by hand: a generator that waits does not stop on `return()`. */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #leave: () => void;
  readonly #events: T[] = [];
  readonly #readers: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] = [];
  /** How it ended; null as long as it goes on. */
  #end: { readonly error?: unknown } | null = null;

  /** `leave` is called when the reader goes away. */
  constructor(leave: () => void) {
    this.#leave = leave;
  }

  push(event: T): void {
    if (this.#end !== null) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#events.push(event);
    else reader.resolve({ done: false, value: event });
  }

  /** After what is still to be read. With an error, the reader gets that once. */
  finish(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    while (this.#readers.length > 0) this.#handOut();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      if (this.#events.length > 0 || this.#end !== null) this.#handOut();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    this.#end = {};
    this.finish();
    this.#leave();
    return Promise.resolve(over);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #handOut(): void {
    const reader = this.#readers.shift();
    const [event] = this.#events.splice(0, 1);
    if (event !== undefined) return reader?.resolve({ done: false, value: event });
    if (this.#end !== null && 'error' in this.#end) {
      const { error } = this.#end;
      this.#end = {};
      return reader?.reject(error);
    }
    reader?.resolve(over);
  }
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
