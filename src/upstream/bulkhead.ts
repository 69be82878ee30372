import type { Scheduler } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';

export interface BulkheadOptions {
  /** Calls that run at the same time. */
  readonly maxConcurrent: number;
  /** Calls that may wait for one of those to end. */
  readonly waiting: number;
  /** Milliseconds that a call waits at most. */
  readonly waitMs: number;
  readonly scheduler: Scheduler;
}

/** Bounds what one plane can hold of this process: a slow one keeps no more than its share of sockets, memory and patience. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  /** In the order in which they came. */
  readonly #queue = new Set<() => void>();
  #running = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
  }

  /** Resolves, when it is this call's turn, with what must be called at its end. Rejects with a SourceProblemError of kind OVERLOADED. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#running < this.#options.maxConcurrent) this.#running += 1;
    else await this.#waitInQueue(signal);
    return () => this.#release();
  }

  #release(): void {
    const [next] = this.#queue;
    // The place goes on to the next one: it is never free in between.
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #waitInQueue(signal: AbortSignal): Promise<void> {
    const { waiting, waitMs, scheduler } = this.#options;
    return new Promise((resolve, reject) => {
      if (this.#queue.size >= waiting || signal.aborted) return reject(createOverloadedError());
      const end = (settle: () => void) => (): void => {
        cancel();
        this.#queue.delete(enter);
        signal.removeEventListener('abort', refuse);
        settle();
      };
      const enter = end(resolve);
      const refuse = end(() => reject(createOverloadedError()));
      const cancel = scheduler.after(waitMs, refuse);
      signal.addEventListener('abort', refuse, { once: true });
      this.#queue.add(enter);
    });
  }
}

function createOverloadedError(): SourceProblemError {
  return new SourceProblemError('OVERLOADED', 'The plane was not asked: too many calls are waiting for it.', { retryAfterMs: 1_000 });
}
