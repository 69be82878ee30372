import QuickLRU from 'quick-lru';

import { minSamples, type TaskEstimate } from '../../model/history.js';
import type { HistoryStore, SourceOperation } from '../../store/history-store.js';

/** How long an estimate is served before it is computed again, in milliseconds. */
const estimateTtlMs = 60_000;

const maxCachedEstimates = 1_000;

interface CachedEstimate {
  readonly computedAt: number;
  readonly estimate: TaskEstimate | null;
}

/** How long tasks of each operation take, computed from the history on demand and cached for a minute. */
export class Estimates {
  readonly #history: HistoryStore;
  readonly #now: () => number;
  /** Expiry is checked here by the injected clock, not by the cache with its own. */
  readonly #cached = new QuickLRU<string, CachedEstimate>({ maxSize: maxCachedEstimates });

  constructor(history: HistoryStore, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  /** In the order of the operations; null where too few tasks have succeeded. Rejects when the history fails. */
  async load(operations: readonly SourceOperation[]): Promise<readonly (TaskEstimate | null)[]> {
    const now = this.#now();
    const cached = new Map(operations.map((operation) => [buildKey(operation), this.#cached.get(buildKey(operation))]));
    const isMissing = (operation: SourceOperation): boolean => {
      const computedAt = cached.get(buildKey(operation))?.computedAt;
      return computedAt === undefined || now - computedAt >= estimateTtlMs;
    };
    const missing = operations.filter(isMissing);
    const durations = missing.length === 0 ? [] : await this.#history.readDurations(missing);
    for (const [index, operation] of missing.entries()) {
      const entry = { computedAt: now, estimate: calculateEstimate(durations[index] ?? []) };
      cached.set(buildKey(operation), entry);
      this.#cached.set(buildKey(operation), entry);
    }
    return operations.map((operation) => cached.get(buildKey(operation))?.estimate ?? null);
  }
}

function buildKey({ sourceName, operation }: SourceOperation): string {
  return JSON.stringify([sourceName, operation]);
}

/** Percentiles by nearest rank, so that both figures are observed durations. */
function calculateEstimate(durations: readonly number[]): TaskEstimate | null {
  const sorted = durations.toSorted((a, b) => a - b);
  const [median, p90] = [0.5, 0.9].map((share) => sorted[Math.ceil(share * sorted.length) - 1]);
  if (sorted.length < minSamples || median === undefined || p90 === undefined) return null;
  return { medianMs: median, p90Ms: p90, sampleCount: sorted.length };
}
