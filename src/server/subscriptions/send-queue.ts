import type { SubscriptionTiming } from '../timing.js';

/** Where messages to one client go. */
export interface Sink {
  /** Calls `done` when the message has left the process, or never will. */
  write(message: string, done: () => void): void;
  /** Bytes that have not left the process. */
  buffered(): number;
  /** Closes the connection of a client that reads too slowly. */
  cut(): void;
}

/** Sends to one client, at the speed at which it reads: a client that does not is cut, so that what waits for it is bounded. */
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

  /** Resolves when the message has left the process: who waits for it before the next one never has more than one waiting. */
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

  /** Once the connection is closed. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#stalled);
    clearTimeout(this.#overfull);
  }

  #watch(): void {
    if (this.#isStopped) return;
    if (this.#pending > 0) this.#stalled ??= setTimeout(() => this.#sink.cut(), this.#timing.stalledMs);
    if (this.#sink.buffered() > this.#timing.overfullBytes) {
      this.#overfull ??= setTimeout(() => this.#sink.cut(), this.#timing.overfullMs);
    } else {
      clearTimeout(this.#overfull);
      this.#overfull = undefined;
    }
  }
}
