import type { Cancel, Scheduler } from '../lib/scheduler.js';

const intervalMs = 3_600_000;

export interface MaintenanceOptions {
  /** Run one after another; one that fails does not keep the others from running. */
  readonly jobs: readonly (() => Promise<void>)[];
  readonly scheduler: Scheduler;
  /** Errors of the jobs, for the log. */
  readonly report: (error: unknown) => void;
}

/** Runs jobs at once, and every hour from then on. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #cancelTimer: Cancel = () => undefined;
  #isClosed = false;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#inFlight = this.#runJobs();
  }

  /** Resolves when jobs that have begun are done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await this.#inFlight;
  }

  async #runJobs(): Promise<void> {
    for (const job of this.#options.jobs) {
      try {
        await job();
      } catch (error) {
        this.#options.report(error);
      }
    }
    if (!this.#isClosed) this.#cancelTimer = this.#options.scheduler.after(intervalMs, () => this.start());
  }
}
