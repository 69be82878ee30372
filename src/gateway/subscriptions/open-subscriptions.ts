import type { CoalescingStream } from './coalescing-stream.js';
import type { Poller } from './poller.js';
import { SharedChanges } from './task-change-stream.js';

/** Everything that watches, of all callers. */
export class OpenSubscriptions {
  readonly #ends = new Set<() => void>();
  /** What their streams tell. */
  readonly changes = new SharedChanges();

  /**
   * Makes a stream that is ended with the gateway. `create` gets what the stream has to call when it is released;
   * `feed` gets the stream, and a way to say what is to be done then.
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

  /** Reads every list now and then, whether anybody watches or not. */
  record(pollers: Iterable<Poller>): void {
    for (const poller of pollers) this.#ends.add(poller.record());
  }

  /** Ends every stream, and with the last of them the polling. */
  close(): void {
    for (const end of this.#ends) end();
  }
}
