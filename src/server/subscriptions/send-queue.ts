import type { SubscriptionTiming } from '../timeouts.js';

/** The connection of one client. */
interface Sink<M> {
  /** Calls `done`, not before it returns, when the message was handed to the operating system, or never will be. */
  write(message: M, done: () => void): void;
  /** Bytes that wait in the process. */
  buffered(): number;
  /** Closes the connection of a client that reads too slowly. */
  disconnect(): void;
}

/** Sends to one client with backpressure. A client that reads too slowly is disconnected, so that what waits for it is bounded. */
export class SendQueue<M> {
  readonly #sink: Sink<M>;
  readonly #timing: SubscriptionTiming;
  #written = 0;
  #done = 0;
  /** Those who wait until `#done` is as large as `#written` was after their message, in this order. */
  readonly #senders: { readonly written: number; readonly resolve: () => void }[] = [];
  #isStopped = false;
  #stalled: NodeJS.Timeout | undefined;
  #overfull: NodeJS.Timeout | undefined;

  constructor(sink: Sink<M>, timing: SubscriptionTiming) {
    this.#sink = sink;
    this.#timing = timing;
  }

  get isIdle(): boolean {
    return this.#written === this.#done;
  }

  /**
   * Null: the message has left the process, as it does at once where the client reads. Otherwise it resolves when the message has left. A
   * sender that awaits this never has more than one message waiting.
   */
  send(message: M): Promise<void> | null {
    this.#written += 1;
    this.#sink.write(message, this.#onDone);
    if (this.#sink.buffered() === 0) return null;
    this.#watch();
    return new Promise((resolve) => this.#senders.push({ written: this.#written, resolve }));
  }

  /** To be called when the connection is closed. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#stalled);
    clearTimeout(this.#overfull);
  }

  /** One function for all messages: a change is a message to each of thousands of clients. */
  readonly #onDone = (): void => {
    this.#done += 1;
    if (this.#stalled !== undefined || this.#overfull !== undefined) {
      clearTimeout(this.#stalled);
      this.#stalled = undefined;
      this.#watch();
    }
    while (this.#senders[0] !== undefined && this.#senders[0].written <= this.#done) this.#senders.shift()?.resolve();
  };

  #watch(): void {
    if (this.#isStopped) return;
    if (!this.isIdle) this.#stalled ??= setTimeout(() => this.#sink.disconnect(), this.#timing.stalledMs);
    if (this.#sink.buffered() > this.#timing.overfullBytes) {
      this.#overfull ??= setTimeout(() => this.#sink.disconnect(), this.#timing.overfullMs);
    } else {
      clearTimeout(this.#overfull);
      this.#overfull = undefined;
    }
  }
}
