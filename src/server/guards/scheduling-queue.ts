import type { RouteGuard } from './guard.js';

/** An operation that waits, and since when. */
interface QueuedOperation {
  readonly since: number;
  readonly start: () => void;
}

/**
 * Starts one operation in each iteration of the event loop, first in, first out. Without it, a burst of operations that need no plane
 * would all be executed before anything else is read from a socket, and requests that have to be refused would be refused late.
 */
export class SchedulingQueue {
  readonly #now: () => number;
  readonly #waiting: QueuedOperation[] = [];
  #shortestMs = Infinity;

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the operation may start. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ since: this.#now(), start: resolve });
      if (this.#waiting.length === 1) this.#scheduleNext();
    });
  }

  /**
   * The shortest wait in the queue since the last call, in milliseconds; 0 when nothing waited. This is the signal of CoDel: a burst
   * makes some operations wait long, but only a queue that never empties makes all of them wait long.
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
      next.start();
      if (this.#waiting.length > 0) this.#scheduleNext();
    });
  }
}

/** Delays an operation until its turn in the queue; one whose client has disconnected by then is dropped. */
export function createSchedulingGuard(queue: SchedulingQueue): RouteGuard {
  return {
    name: 'scheduling queue',
    stage: 'onRequest',
    refuses: [],
    async check(request, reply) {
      await queue.wait();
      if (reply.raw.destroyed || request.raw.socket.destroyed) return reply.hijack();
    },
  };
}
