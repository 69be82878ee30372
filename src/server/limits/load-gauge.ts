import type { LoadLimits } from './load-limits.js';
import type { Probes } from './process-probes.js';

/** Counts the operations under way, and knows whether the process can bear more. */
export class LoadGauge {
  readonly #limits: LoadLimits;
  readonly #probes: Probes;
  #underWay = 0;
  /** At the last look. */
  #isStrained = false;

  constructor(limits: LoadLimits, probes: Probes) {
    this.#limits = limits;
    this.#probes = probes;
  }

  /** Milliseconds after which to ask again; 0 when there is room for an operation. */
  get waitMs(): number {
    return this.#isStrained || this.#underWay >= this.#limits.operations ? this.#limits.retryAfterMs : 0;
  }

  /** To be called where there is room; how to leave again, once. */
  enter(): () => void {
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
    };
  }

  /** To be called once a second. */
  look(): void {
    const isLate = this.#probes.loopDelayMs() > this.#limits.loopDelayMs;
    this.#isStrained = isLate || this.#probes.heapShare() > this.#limits.heapShare;
  }
}
