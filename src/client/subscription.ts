import { sleepUntilAborted } from './abort-signals.js';
import { AbortedError, type ClientError, RefusedError } from './client-errors.js';
import type { SerializedOperation } from './operation.js';
import type { ClientContext, SubscriptionListener } from './transport.js';

/** A subscription that is opened again whenever its connection is lost, until the gateway completes it. Throws a ClientError. */
export async function keepSubscribed(
  operation: SerializedOperation,
  sink: SubscriptionListener,
  { transport: connector, retryDelayMs, onLost }: ClientContext,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    if (signal.aborted) throw new AbortedError(signal.reason);
    let openedAt = Infinity;
    const opened = (): void => {
      openedAt = Date.now();
      sink.opened();
    };
    const end = await connector.connect(operation, { opened, next: (result) => sink.next(result) }, signal);
    if (signal.aborted) throw new AbortedError(signal.reason);
    if (end.kind === 'complete') return;
    if (end.kind === 'refused') throw end.error;
    if (Date.now() - openedAt > stableAfterMs) failures = 0;
    onLost(end.error);
    await sleepUntilAborted(Math.max(retryDelayMs(failures), requestedDelay(end.error)), signal);
  }
}

/** A connection that held for so long, in milliseconds, was a good one. */
const stableAfterMs = 10_000;

/** Events for one reader, in order; none is lost while nobody reads. Written by hand: a generator that waits does not stop on `return()`. */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onReturn: () => void;
  readonly #events: T[] = [];
  readonly #readers: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] = [];
  /** How it ended; null as long as it goes on. */
  #end: { readonly error?: unknown } | null = null;

  /** `leave` is called when the reader goes away. */
  constructor(leave: () => void) {
    this.#onReturn = leave;
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
    while (this.#readers.length > 0) this.#deliver();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      if (this.#events.length > 0 || this.#end !== null) this.#deliver();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    this.#end = {};
    this.finish();
    this.#onReturn();
    return Promise.resolve(doneResult);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const reader = this.#readers.shift();
    const [event] = this.#events.splice(0, 1);
    if (event !== undefined) return reader?.resolve({ done: false, value: event });
    if (this.#end !== null && 'error' in this.#end) {
      const { error } = this.#end;
      this.#end = {};
      return reader?.reject(error);
    }
    reader?.resolve(doneResult);
  }
}

const doneResult: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Twice as long after each failure, at most half a minute, and at random below that: many clients lose one gateway together. */
export function retryDelay(failures: number): number {
  return Math.random() * Math.min(30_000, 500 * 2 ** failures);
}

/** What the gateway asked to wait, in milliseconds. */
export function requestedDelay(error: ClientError): number {
  return error instanceof RefusedError ? (error.retryAfterMs ?? 0) : 0;
}
