import type { Cancel, Scheduler } from '../lib/scheduler.js';

/** Milliseconds from one time to the next. */
const intervalMs = 3_600_000;

export interface MaintenanceOptions {
  /** What is to be done; each is tried whether the others fail or not. */
  readonly jobs: readonly (() => Promise<void>)[];
  readonly scheduler: Scheduler;
  /** What failed, for the log. */
  readonly report: (error: unknown) => void;
}

/** Does what has to be done now and then: at once, and every hour from then on. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #cancel: Cancel = () => undefined;
  #isClosed = false;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#inFlight = this.#runJobs();
  }

  /** Resolves when what has begun is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#inFlight;
  }

  async #runJobs(): Promise<void> {
    for (const chore of this.#options.jobs) {
      try {
        await chore();
      } catch (error) {
        this.#options.report(error);
      }
    }
    if (!this.#isClosed) this.#cancel = this.#options.scheduler.after(intervalMs, () => this.start());
  }
}
