/**
 * The events of a source, each translated when the client asks for it: nothing is pulled ahead. `return` takes effect at once,
 * also while an event is awaited, and even when the source itself only notices later.
 */
export class MappedEvents<In, Out> implements AsyncIterableIterator<Out, undefined> {
  readonly #source: AsyncIterator<In>;
  readonly #translate: (event: In) => Out | Promise<Out>;
  readonly #report: (error: unknown) => void;
  #isOver = false;
  /** Ends the wait for the next event. */
  #release: () => void = ignore;

  constructor(source: AsyncIterable<In>, translate: (event: In) => Out | Promise<Out>, report: (error: unknown) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#translate = translate;
    this.#report = report;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return resolve(over);
      this.#release = () => resolve(over);
      this.#step().then(resolve, reject);
    });
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    if (this.#isOver) return over;
    this.#isOver = true;
    this.#release();
    // Not awaited: an async generator that waits would answer only after its next event.
    this.#source.return?.().catch(this.#report);
    return over;
  }

  async #step(): Promise<IteratorResult<Out, undefined>> {
    try {
      const { done, value } = await this.#source.next();
      if (!done && !this.#isOver) return { done: false, value: await this.#translate(value) };
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
    this.#isOver = true;
    return over;
  }
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

function ignore(): void {
  // Nothing waits.
}
