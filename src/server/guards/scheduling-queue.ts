import type { onRequestAsyncHookHandler } from 'fastify';

/** Whoever waits for a turn, and since when. */
interface QueuedOperation {
  readonly since: number;
  readonly go: () => void;
}

/**
 * Lets one operation begin in each turn of the event loop. An operation that needs no plane is answered as soon as it is read; without
 * turns, all that came meanwhile would be answered before anything else is read, and what there is no room for would be refused late.
 */
export class SchedulingQueue {
  readonly #now: () => number;
  readonly #waiting: QueuedOperation[] = [];
  #shortestMs = Infinity;

  /** `now`: milliseconds of a clock that nobody sets back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when it is the caller's turn, in the order of calls. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ since: this.#now(), go: resolve });
      if (this.#waiting.length === 1) this.#scheduleNext();
    });
  }

  /**
   * The shortest wait for a turn since this was last asked, in milliseconds: a few that come at once wait for each other, and it is
   * still short; when it is long, more comes all the time than is done. 0 when nobody waited.
   */
  takeShortestWaitMs(): number {
    const [first] = this.#waiting;
    const shortestMs = Math.min(this.#shortestMs, first === undefined ? Infinity : this.#now() - first.since);
    this.#shortestMs = Infinity;
    return Number.isFinite(shortestMs) ? shortestMs : 0;
  }

  #scheduleNext(): void {
    setImmediate(() => {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#shortestMs = Math.min(this.#shortestMs, this.#now() - next.since);
      next.go();
      if (this.#waiting.length > 0) this.#scheduleNext();
    });
  }
}

/** Lets an operation go on when it is its turn; one whose client is gone by then goes no further. */
export function awaitScheduling(queue: SchedulingQueue): onRequestAsyncHookHandler {
  return async (request, reply) => {
    await queue.wait();
    if (reply.raw.destroyed || request.raw.socket.destroyed) return reply.hijack();
  };
}
