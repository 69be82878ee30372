import type { CoalescingStream } from './coalescing-stream.js';
import { SharedChanges } from './task-change-stream.js';

/** The open subscriptions of all callers, so that the gateway can end them. */
export class OpenSubscriptions {
  readonly #ends = new Set<() => void>();
  /** What their streams deliver. */
  readonly changes = new SharedChanges();

  /**
   * Opens a stream that ends with the gateway. `create` gets what the stream has to call when it is released; `feed`
   * gets the stream, and a function to register what is to be done then.
   */
  open<E, T>(
    create: (release: () => void) => CoalescingStream<E, T>,
    feed: (stream: CoalescingStream<E, T>, onEnd: (release: () => void) => void) => void,
  ): CoalescingStream<E, T> {
    const releases = new Set<() => void>();
    const stream = create(() => {
      this.#ends.delete(end);
      for (const release of releases) release();
    });
    const end = (): void => stream.finish();
    this.#ends.add(end);
    feed(stream, (release) => {
      if (stream.isOpen) releases.add(release);
      else release();
    });
    return stream;
  }

  /** Recording polls as a subscription does, and is ended with them. */
  addRecording(end: () => void): void {
    this.#ends.add(end);
  }

  /** Ends every stream, and with the last of them the polling. */
  close(): void {
    for (const end of this.#ends) end();
  }
}
