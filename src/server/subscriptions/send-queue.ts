import type { SubscriptionTiming } from '../timeouts.js';

/** The connection of one client. */
interface Sink {
  /** Calls `done` when the message was handed to the operating system, or never will be. */
  write(message: string, done: () => void): void;
  /** Bytes that wait in the process. */
  buffered(): number;
  /** Closes the connection of a client that reads too slowly. */
  disconnect(): void;
}

/** Sends to one client with backpressure. A client that reads too slowly is disconnected, so that what waits for it is bounded. */
export class SendQueue {
  readonly #sink: Sink;
  readonly #timing: SubscriptionTiming;
  #pending = 0;
  #isStopped = false;
  #stalled: NodeJS.Timeout | undefined;
  #overfull: NodeJS.Timeout | undefined;

  constructor(sink: Sink, timing: SubscriptionTiming) {
    this.#sink = sink;
    this.#timing = timing;
  }

  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Resolves when the message has left the process. A sender that awaits this never has more than one message waiting. */
  send(message: string): Promise<void> {
    return new Promise((resolve) => {
      this.#pending += 1;
      this.#sink.write(message, () => {
        this.#pending -= 1;
        clearTimeout(this.#stalled);
        this.#stalled = undefined;
        this.#watch();
        resolve();
      });
      this.#watch();
    });
  }

  /** To be called when the connection is closed. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#stalled);
    clearTimeout(this.#overfull);
  }

  #watch(): void {
    if (this.#isStopped) return;
    if (this.#pending > 0) this.#stalled ??= setTimeout(() => this.#sink.disconnect(), this.#timing.stalledMs);
    if (this.#sink.buffered() > this.#timing.overfullBytes) {
      this.#overfull ??= setTimeout(() => this.#sink.disconnect(), this.#timing.overfullMs);
    } else {
      clearTimeout(this.#overfull);
      this.#overfull = undefined;
    }
  }
}
