import type { FastifyInstance } from 'fastify';

import type { ProcessProbes } from './process-probes.js';
import type { SchedulingQueue } from './scheduling-queue.js';

/** Operations that there is always room for, but with a full heap: refusing all would finish none. */
const minLimit = 16;

/**
 * Counts the operations under way, and knows whether the process can bear more. While the event loop is late, or every operation waits
 * long for its turn, there is room for half of those that were under way, and again for half of them; when not, for half as many more:
 * what is let in is finished in time, and operations that only wait for planes do not long pay for a moment in which the machine was busy.
 */
export class ConcurrencyLimit {
  readonly #limits: OverloadThresholds;
  readonly #probes: ProcessProbes;
  readonly #queue: SchedulingQueue;
  #inFlight = 0;
  /** The most that were under way since the last look. */
  #peak = 0;
  #limit: number;
  #isHeapFull = false;

  constructor(limits: OverloadThresholds, probes: ProcessProbes, turns: SchedulingQueue) {
    this.#limits = limits;
    this.#probes = probes;
    this.#queue = turns;
    this.#limit = limits.operations;
  }

  /** Whether one more operation can be borne. */
  get hasCapacity(): boolean {
    return !this.#isHeapFull && this.#inFlight < this.#limit;
  }

  /** After how many milliseconds to ask again when there is no room. */
  get retryAfterMs(): number {
    return this.#limits.retryAfterMs;
  }

  /** To be called where there is room; how to leave again, once. */
  acquire(): () => void {
    this.#inFlight += 1;
    this.#peak = Math.max(this.#peak, this.#inFlight);
    return () => {
      this.#inFlight -= 1;
    };
  }

  /** To be called once a second. */
  adjust(): void {
    const { operations, queueWaitMs, loopDelayMs, heapShare } = this.#limits;
    const [waitMs, delayMs] = [this.#queue.takeShortestWaitMs(), this.#probes.loopDelayMs()];
    const isLate = waitMs > queueWaitMs || delayMs > loopDelayMs;
    this.#limit = isLate
      ? Math.max(minLimit, Math.floor(Math.min(this.#limit, this.#peak) / 2))
      : Math.min(operations, Math.ceil(this.#limit * 1.5));
    this.#isHeapFull = this.#probes.heapShare() > heapShare;
    this.#peak = this.#inFlight;
  }
}

/** From when on operations are refused so that those under way are finished. */
export interface OverloadThresholds {
  /** Operations under way. */
  readonly operations: number;
  /** Milliseconds that every operation of a second waited for its turn. */
  readonly queueWaitMs: number;
  /** Milliseconds that the event loop is late, at the 99th percentile of a second. */
  readonly loopDelayMs: number;
  /** Of the heap that the process may have, from 0 to 1. */
  readonly heapShare: number;
  /** After how many milliseconds a client may ask again. */
  readonly retryAfterMs: number;
}

export const overloadThresholds: OverloadThresholds = {
  operations: 256,
  queueWaitMs: 200,
  loopDelayMs: 200,
  heapShare: 0.85,
  retryAfterMs: 1_000,
};

/** Looks at the process once a second, as long as the app is open. */
export function adjustPeriodically(app: FastifyInstance, concurrency: ConcurrencyLimit, probes: ProcessProbes): void {
  const looks = setInterval(() => concurrency.adjust(), 1_000).unref();
  app.addHook('onClose', async () => {
    clearInterval(looks);
    probes.stop();
  });
}
