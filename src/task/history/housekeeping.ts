import type { Cancel, Scheduler } from '../watch/scheduler.js';

/** Milliseconds from one time to the next. */
const everyMs = 3_600_000;

export interface HousekeepingOptions {
  /** What is to be done; each is tried whether the others fail or not. */
  readonly chores: readonly (() => Promise<void>)[];
  readonly scheduler: Scheduler;
  /** What failed, for the log. */
  readonly report: (error: unknown) => void;
}

/** Does what has to be done now and then: at once, and every hour from then on. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #cancel: Cancel = () => undefined;
  #isClosed = false;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#underWay = this.#doAll();
  }

  /** Resolves when what has begun is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#underWay;
  }

  async #doAll(): Promise<void> {
    for (const chore of this.#options.chores) {
      try {
        await chore();
      } catch (error) {
        this.#options.report(error);
      }
    }
    if (!this.#isClosed) this.#cancel = this.#options.scheduler.after(everyMs, () => this.start());
  }
}
