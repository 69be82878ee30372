import type { LoadLimits } from './load-limits.js';
import type { Probes } from './process-probes.js';
import type { Turns } from './turns.js';

/** Operations that there is always room for, but with a full heap: refusing all would finish none. */
const fewest = 16;

/**
 * Counts the operations under way, and knows whether the process can bear more. While the event loop is late, or every operation waits
 * long for its turn, there is room for half of those that were under way, and again for half of them; when not, for half as many more:
 * what is let in is finished in time, and operations that only wait for planes do not long pay for a moment in which the machine was busy.
 */
export class LoadGauge {
  readonly #limits: LoadLimits;
  readonly #probes: Probes;
  readonly #turns: Turns;
  #underWay = 0;
  /** The most that were under way since the last look. */
  #peak = 0;
  #most: number;
  #isFull = false;

  constructor(limits: LoadLimits, probes: Probes, turns: Turns) {
    this.#limits = limits;
    this.#probes = probes;
    this.#turns = turns;
    this.#most = limits.operations;
  }

  /** Whether one more operation can be borne. */
  get hasRoom(): boolean {
    return !this.#isFull && this.#underWay < this.#most;
  }

  /** After how many milliseconds to ask again when there is no room. */
  get retryAfterMs(): number {
    return this.#limits.retryAfterMs;
  }

  /** To be called where there is room; how to leave again, once. */
  enter(): () => void {
    this.#underWay += 1;
    this.#peak = Math.max(this.#peak, this.#underWay);
    return () => {
      this.#underWay -= 1;
    };
  }

  /** To be called once a second. */
  look(): void {
    const { operations, turnWaitMs, loopDelayMs, heapShare } = this.#limits;
    const [waitMs, delayMs] = [this.#turns.takeShortestWaitMs(), this.#probes.loopDelayMs()];
    const isLate = waitMs > turnWaitMs || delayMs > loopDelayMs;
    this.#most = isLate
      ? Math.max(fewest, Math.floor(Math.min(this.#most, this.#peak) / 2))
      : Math.min(operations, Math.ceil(this.#most * 1.5));
    this.#isFull = this.#probes.heapShare() > heapShare;
    this.#peak = this.#underWay;
  }
}
