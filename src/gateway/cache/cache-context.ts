import type { ReadRequest, Source } from '../../sources/source.js';
import type { CachedTasks } from './cached-tasks.js';
import type { SourceHealthTracker } from './source-health-tracker.js';

/** What the parts of a view share. */
export interface CacheContext {
  readonly source: Source;
  /** Where it is remembered how reads went. */
  readonly health: SourceHealthTracker;
  readonly known: CachedTasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Tells everyone who listens what is known otherwise than before. */
  readonly notify: () => void;
}

/** A request that begins now: with the deadline of its source, and with what is known. */
export function createReadRequest({ source, known }: Pick<CacheContext, 'source' | 'known'>): ReadRequest {
  return { signal: AbortSignal.timeout(source.timeoutMs), cachedTask: (sourceTaskId) => known.get(sourceTaskId) };
}
