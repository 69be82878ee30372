import type { Task } from '../model/task.js';
import type { View } from '../read/view.js';
import type { EventStream } from './event-stream.js';
import { Poller, type PollerOptions } from './poller.js';
import { SharedChanges } from './shared-changes.js';

/** A view, and the one that polls it. */
export interface PolledView {
  readonly view: View;
  readonly poller: Poller;
}

/** Everything that watches, of all callers. */
export class Watches {
  readonly #polled: ReadonlyMap<string, PolledView>;
  readonly #ends = new Set<() => void>();
  /** What their streams tell. */
  readonly changes = new SharedChanges();

  constructor(options: readonly PollerOptions[]) {
    this.#polled = new Map(options.map((one) => [one.view.source.name, { view: one.view, poller: new Poller(one) }]));
  }

  /** Undefined: there is no such source. */
  polled(sourceName: string): PolledView | undefined {
    return this.#polled.get(sourceName);
  }

  /** Milliseconds until a task is asked for again because somebody watches it; null when nobody does. */
  nextPollAfterMs(task: Task): number | null {
    return this.#polled.get(task.sourceName)?.poller.nextAfterMs(task) ?? null;
  }

  /**
   * Makes a stream that is ended with the gateway. `create` gets what the stream has to call when it is released;
   * `feed` gets the stream, and a way to say what is to be done then.
   */
  open<E, T>(
    create: (release: () => void) => EventStream<E, T>,
    feed: (stream: EventStream<E, T>, onEnd: (release: () => void) => void) => void,
  ): EventStream<E, T> {
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
  record(): void {
    for (const { poller } of this.#polled.values()) this.#ends.add(poller.record());
  }

  /** Ends every stream, and with the last of them the polling. */
  close(): void {
    for (const end of this.#ends) end();
  }
}
