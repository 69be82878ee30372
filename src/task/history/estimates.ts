import { fewestSamples, type TaskEstimate } from './estimate.js';
import type { History, Work } from './history.js';

/** An estimate is worked out anew after so long, in milliseconds. */
const goodForMs = 60_000;

/** So many kinds of work are remembered. */
const mostWorks = 1_000;

interface Worked {
  readonly at: number;
  readonly estimate: TaskEstimate | null;
}

/** How long each kind of work takes, worked out from the history when it is asked for and remembered for a minute. */
export class Estimates {
  readonly #history: History;
  readonly #now: () => number;
  /** By kind of work, the one that was worked out longest ago first. */
  readonly #worked = new Map<string, Worked>();

  constructor(history: History, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  /** In the order of the works; null where too few have succeeded. Rejects when the history fails. */
  async of(works: readonly Work[]): Promise<readonly (TaskEstimate | null)[]> {
    const at = this.#now();
    const missing = works.filter((work) => !this.#isGood(work, at));
    const durations = missing.length === 0 ? [] : await this.#history.durations(missing);
    const fresh = new Map(missing.map((work, index) => [nameOf(work), estimateOf(durations[index] ?? [])]));
    const estimates = works.map((work) => fresh.get(nameOf(work)) ?? this.#worked.get(nameOf(work))?.estimate ?? null);
    for (const [name, estimate] of fresh) this.#remember(name, { at, estimate });
    return estimates;
  }

  #isGood(work: Work, at: number): boolean {
    const worked = this.#worked.get(nameOf(work));
    return worked !== undefined && at - worked.at < goodForMs;
  }

  #remember(name: string, worked: Worked): void {
    this.#worked.delete(name);
    this.#worked.set(name, worked);
    const oldest = this.#worked.keys().next();
    if (this.#worked.size > mostWorks && oldest.done !== true) this.#worked.delete(oldest.value);
  }
}

function nameOf({ sourceName, operation }: Work): string {
  return JSON.stringify([sourceName, operation]);
}

/** Nearest ranks: both figures are durations that were seen. */
function estimateOf(durations: readonly number[]): TaskEstimate | null {
  const sorted = durations.toSorted((a, b) => a - b);
  const [median, p90] = [0.5, 0.9].map((share) => sorted[Math.ceil(share * sorted.length) - 1]);
  if (sorted.length < fewestSamples || median === undefined || p90 === undefined) return null;
  return { medianMs: median, p90Ms: p90, sampleCount: sorted.length };
}
