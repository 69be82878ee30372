import { linkedController, sleepUntilAborted } from './abort-signals.js';
import { AbortedError, type ClientError, isTemporary, RefusedError } from './client-errors.js';
import type { SerializedOperation } from './operation.js';
import type { ClientContext, SubscriptionListener } from './transport.js';

/** Receives what a subscription yields. */
interface Subscriber extends Pick<SubscriptionListener, 'next'> {
  /** Called whenever it is opened on a connection. What it throws, or its promise rejects with, ends the connection. */
  readonly onOpened: () => unknown;
}

/** Keeps a subscription open, over one connection after another, until the gateway completes it. Throws a ClientError, or what a callback threw. */
export async function keepSubscribed(
  operation: SerializedOperation,
  { onOpened, next }: Subscriber,
  { transport, retryDelayMs, onLost }: ClientContext,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    if (signal.aborted) throw new AbortedError(signal.reason);
    let openedAt = Infinity;
    const attempt = linkedController(signal);
    const mistakes: unknown[] = [];
    const opened = (): void => {
      openedAt = Date.now();
      new Promise((resolve) => resolve(onOpened())).catch((error: unknown) => {
        mistakes.push(error);
        attempt.abort();
      });
    };
    let end = await transport.connect(operation, { opened, next }, attempt.signal);
    attempt.unlink();
    if (signal.aborted) throw new AbortedError(signal.reason);
    for (const error of mistakes) {
      // A read in it failed because the gateway was lost again: the next connection calls it again.
      if (!isTemporary(error)) throw error;
      end = { kind: 'lost', error };
    }
    if (end.kind === 'complete') return;
    if (end.kind === 'refused') throw end.error;
    if (Date.now() - openedAt > stableAfterMs) failures = 0;
    onLost(end.error);
    await sleepUntilAborted(Math.max(retryDelayMs(failures), requestedDelay(end.error)), signal);
  }
}

/** A connection that lasted this long, in milliseconds, resets the number of failures. */
const stableAfterMs = 10_000;

/**
 * A queue of events for one reader. Why not a generator: while its `next()` is pending, `return()` has to wait for it, and a reader could
 * not leave a subscription without events.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onReturn: () => void;
  readonly #events: T[] = [];
  readonly #readers: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] = [];
  /** How the queue ended; null while it is open. */
  #end: { readonly error?: unknown } | null = null;

  /** @param onReturn called when the reader leaves. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(event: T): void {
    if (this.#end !== null) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#events.push(event);
    else reader.resolve({ done: false, value: event });
  }

  /** Ends the queue after the events in it. An error is thrown to the reader once. */
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

/** Exponential backoff with full jitter, because many clients lose one gateway together; at most 30 s. */
export function retryDelay(failures: number): number {
  return Math.random() * Math.min(30_000, 500 * 2 ** failures);
}

/** How long the gateway asked to wait, in milliseconds. */
export function requestedDelay(error: ClientError): number {
  return error instanceof RefusedError ? Number(error.retryAfterMs) || 0 : 0;
}
