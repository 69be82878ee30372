import { minSamples, type TaskEstimate } from '../../model/history.js';
import type { HistoryStore, SourceOperation } from '../../store/history-store.js';

/** An estimate is worked out anew after so long, in milliseconds. */
const estimateTtlMs = 60_000;

/** So many kinds of work are remembered. */
const maxCachedEstimates = 1_000;

interface CachedEstimate {
  readonly at: number;
  readonly estimate: TaskEstimate | null;
}

/** How long each kind of work takes, worked out from the history when it is asked for and remembered for a minute. */
export class Estimates {
  readonly #history: HistoryStore;
  readonly #now: () => number;
  /** By kind of work, the one that was worked out longest ago first. */
  readonly #cached = new Map<string, CachedEstimate>();

  constructor(history: HistoryStore, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  /** In the order of the works; null where too few have succeeded. Rejects when the history fails. */
  async load(works: readonly SourceOperation[]): Promise<readonly (TaskEstimate | null)[]> {
    const at = this.#now();
    const missing = works.filter((work) => !this.#isFresh(work, at));
    const durations = missing.length === 0 ? [] : await this.#history.readDurations(missing);
    const fresh = new Map(missing.map((work, index) => [operationKey(work), calculateEstimate(durations[index] ?? [])]));
    const estimates = works.map((work) => fresh.get(operationKey(work)) ?? this.#cached.get(operationKey(work))?.estimate ?? null);
    for (const [name, estimate] of fresh) this.#remember(name, { at, estimate });
    return estimates;
  }

  #isFresh(work: SourceOperation, at: number): boolean {
    const worked = this.#cached.get(operationKey(work));
    return worked !== undefined && at - worked.at < estimateTtlMs;
  }

  #remember(name: string, worked: CachedEstimate): void {
    this.#cached.delete(name);
    this.#cached.set(name, worked);
    const oldest = this.#cached.keys().next();
    if (this.#cached.size > maxCachedEstimates && oldest.done !== true) this.#cached.delete(oldest.value);
  }
}

function operationKey({ sourceName, operation }: SourceOperation): string {
  return JSON.stringify([sourceName, operation]);
}

/** Nearest ranks: both figures are durations that were seen. */
function calculateEstimate(durations: readonly number[]): TaskEstimate | null {
  const sorted = durations.toSorted((a, b) => a - b);
  const [median, p90] = [0.5, 0.9].map((share) => sorted[Math.ceil(share * sorted.length) - 1]);
  if (sorted.length < minSamples || median === undefined || p90 === undefined) return null;
  return { medianMs: median, p90Ms: p90, sampleCount: sorted.length };
}
