import { type Clock, isDoneWithin } from '../../lib/scheduler.js';

interface StoreHealthOptions extends Pick<Clock, 'now' | 'scheduler'> {
  /** Writes to the store, and rejects when that fails. */
  readonly probe: () => Promise<void>;
}

/** For so long after a successful probe the store is taken to be available, unless a write fails. In milliseconds. */
const trustMs = 5_000;

/** The same after a failed probe, so that callers learn soon that the store is back. */
const distrustMs = 500;

/** A query waits at most so long for a probe, in milliseconds, and then goes by what was known before. */
const maxWaitMs = 250;

/** A probe that takes longer, in milliseconds, has failed for those who ask: an action would wait just as long. */
const slowMs = 1_000;

/**
 * Whether the store can record an action now. Known from a small write, which is sent only when somebody asks and the last one is old, or
 * when another write has failed: one probe serves all tasks and all callers.
 */
export class StoreHealth {
  readonly #options: StoreHealthOptions;
  #isAvailable = true;
  #checkedAt = -Infinity;
  #probe: { readonly startedAt: number; readonly done: Promise<void> } | null = null;

  /** Of all who ask at the same time, such as the tasks of a page. */
  #waiting: Promise<boolean> | null = null;

  constructor(options: StoreHealthOptions) {
    this.#options = options;
  }

  /** Reports that the store did not do what it was asked to. */
  readonly failed = (): void => {
    this.#isAvailable = false;
    void this.#startProbe();
  };

  /** For blockers: at once where the state is known, and after a short wait otherwise. */
  check(): boolean | Promise<boolean> {
    if (this.#isKnown()) return this.#isAvailable;
    this.#waiting ??= this.#waitForProbe().finally(() => {
      this.#waiting = null;
    });
    return this.#waiting;
  }

  /** For an action: a store that is not available is tried once more, so that the first action after an outage is sent. */
  async confirm(): Promise<boolean> {
    // A probe that is in flight may have begun, and failed, before the store was back.
    if (!this.#isAvailable) await this.#probe?.done;
    if (!this.#isAvailable) await this.#startProbe();
    return this.#isAvailable;
  }

  #isKnown(): boolean {
    return this.#options.now() - this.#checkedAt < (this.#isAvailable ? trustMs : distrustMs);
  }

  async #waitForProbe(): Promise<boolean> {
    const { scheduler, now } = this.#options;
    const isDone = await isDoneWithin(maxWaitMs, this.#startProbe(), scheduler);
    if (isDone || this.#probe === null) return this.#isAvailable;
    return this.#isAvailable && now() - this.#probe.startedAt < slowMs;
  }

  /** Starts a probe, or joins the one that is in flight. It never rejects: the store reports its errors elsewhere. */
  #startProbe(): Promise<void> {
    this.#probe ??= { startedAt: this.#options.now(), done: this.#runProbe() };
    return this.#probe.done;
  }

  async #runProbe(): Promise<void> {
    try {
      await this.#options.probe();
      this.#isAvailable = true;
    } catch {
      this.#isAvailable = false;
    }
    this.#checkedAt = this.#options.now();
    this.#probe = null;
  }
}
