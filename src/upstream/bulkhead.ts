import { type Scheduler, waitForEvent } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';

interface BulkheadOptions {
  /** Calls that run at the same time. */
  readonly maxConcurrent: number;
  /** Calls that wait for one of those to end; all others are refused at once. */
  readonly maxQueued: number;
  /** Milliseconds that a call waits at most. */
  readonly maxQueueMs: number;
  readonly scheduler: Scheduler;
}

/** Bounds the concurrent calls to one plane, so that a slow plane cannot take all sockets and memory of the process. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  /** Wakes the calls that wait, in the order in which they came. */
  readonly #queue = new Set<() => void>();
  readonly #leave = (): void => this.#release();
  #running = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
  }

  /** The same as `enter`, where the call need not wait; else null. */
  tryEnter(): (() => void) | null {
    if (this.#running >= this.#options.maxConcurrent) return null;
    this.#running += 1;
    return this.#leave;
  }

  /**
   * Waits until this call may run, and returns what must be called when it has ended. Rejects with a SourceProblemError
   * of kind OVERLOADED.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    const leave = this.tryEnter();
    if (leave !== null) return leave;
    if (await this.#waitInQueue(signal)) return this.#leave;
    throw new SourceProblemError('OVERLOADED', 'The plane was not asked: too many calls are waiting for it.', { retryAfterMs: 1_000 });
  }

  #release(): void {
    const [wakeNext] = this.#queue;
    // The slot passes to the next call without becoming free, so that nobody can overtake the queue.
    if (wakeNext === undefined) this.#running -= 1;
    else wakeNext();
  }

  /** Whether the call may run. */
  async #waitInQueue(signal: AbortSignal): Promise<boolean> {
    const { maxQueued, maxQueueMs, scheduler } = this.#options;
    if (this.#queue.size >= maxQueued) return false;
    const enqueue = (wake: () => void) => {
      this.#queue.add(wake);
      return () => this.#queue.delete(wake);
    };
    return (await waitForEvent(enqueue, maxQueueMs, scheduler, signal)) === 'event';
  }
}
