import type { Scheduler } from '../../lib/scheduler.js';
import type { ReadRequest, Source } from '../../sources/source.js';
import type { CachedTasks } from './cached-tasks.js';
import type { SourceHealthTracker } from './source-health-tracker.js';

/** What the parts of one source's cache share. */
export interface CacheContext {
  readonly source: Source;
  readonly health: SourceHealthTracker;
  readonly tasks: CachedTasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** Tells all listeners what has changed; to be called after each read. */
  readonly notify: () => void;
  /** The same after a list, which may have changed every task. */
  readonly notifyInSlices: () => Promise<void>;
}

/**
 * A request that starts now. Its deadline is in real time also where a test moves `now`: the plane answers in real
 * time.
 */
export function createReadRequest({ source, tasks }: Pick<CacheContext, 'source' | 'tasks'>): ReadRequest {
  return { signal: AbortSignal.timeout(source.timeoutMs), cachedTask: (sourceTaskId) => tasks.get(sourceTaskId) };
}
