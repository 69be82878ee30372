import { CoalescingStream } from '../../gateway/subscriptions/coalescing-stream.js';
import type { EventQueue } from './event-queue.js';

interface DeliveryOptions<T> {
  readonly source: AsyncIterable<unknown>;
  /** What the subscriber gets of an event. */
  readonly answer: (event: unknown) => T | Promise<T>;
  /** Is told that the source could not be ended. */
  readonly report: (error: unknown) => void;
  readonly eventQueue: EventQueue;
}

/** Sends an answer. Null: it has left the process; a promise resolves when it has; `closed`: there is no client any more. */
type Send<T> = (answer: T) => Promise<void> | null | 'closed';

/**
 * The events of one subscription on their way to its client: each is answered and sent before the next one is taken, so nothing is read
 * ahead for a client that does not read. It is no async iterator: for each event of thousands of subscribers, the promises of one would
 * cost more than everything else.
 */
export class Delivery<T> {
  readonly #source: EventSource;
  readonly #options: DeliveryOptions<T>;
  readonly #ended: Promise<void>;
  #resolve: () => void = doNothing;
  #reject: (error: unknown) => void = doNothing;
  #send: Send<T> = () => null;
  #event: unknown;
  #isOver = false;

  constructor(options: DeliveryOptions<T>) {
    this.#options = options;
    this.#source = createEventSource(options.source);
    this.#ended = new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
  }

  /** Resolves when there are no more events, or `stop` is called; rejects when the source or an answer fails. To be called once. */
  run(send: Send<T>): Promise<void> {
    this.#send = send;
    this.#take();
    return this.#ended;
  }

  /** Ends at once, whatever is being waited for. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.#resolve();
  }

  /** For the event queue, which calls it for each event that was taken. */
  answerEvent(): void {
    if (this.#isOver) return;
    try {
      const answer = this.#options.answer(this.#event);
      this.#event = undefined;
      if (answer instanceof Promise) answer.then(this.#sendAnswer, this.#fail);
      else this.#sendAnswer(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #take = (): void => {
    if (!this.#isOver) this.#source.take(this.#onEvent, this.#fail);
  };

  readonly #onEvent = ({ done = false, value }: IteratorResult<unknown, unknown>): void => {
    if (this.#isOver) return;
    if (done) {
      this.#isOver = true;
      return this.#resolve();
    }
    this.#event = value;
    this.#options.eventQueue.add(this);
  };

  readonly #sendAnswer = (answer: T): void => {
    if (this.#isOver) return;
    const leaving = this.#send(answer);
    if (leaving === 'closed') this.stop();
    else if (leaving === null) this.#take();
    else void leaving.then(this.#take);
  };

  readonly #fail = (error: unknown): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.#reject(error);
  };

  /** Not awaited, because the source may be a generator that waits for its next event. */
  #leave(): void {
    this.#source.leave().catch(this.#options.report);
  }
}

/** A source that is asked for each event. */
interface EventSource {
  take(consume: (result: IteratorResult<unknown, unknown>) => void, fail: (error: unknown) => void): void;
  leave(): Promise<unknown>;
}

function createEventSource(source: AsyncIterable<unknown>): EventSource {
  if (source instanceof CoalescingStream) return { take: (consume) => source.take(consume), leave: () => source.return() };
  const iterator = source[Symbol.asyncIterator]();
  return {
    take: (consume, fail) => void iterator.next().then(consume, fail),
    leave: async () => iterator.return?.(),
  };
}

function doNothing(): void {
  // Replaced when the promise is made.
}
