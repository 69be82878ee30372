import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How the process is. */
export interface ProcessProbes {
  /** Milliseconds that the event loop was late since the last time it was asked, at the 99th percentile. */
  loopDelayMs(): number;
  /** How much of the heap that it may have is used, from 0 to 1. */
  heapShare(): number;
  stop(): void;
}

/** Of the process that runs this. */
export function createProcessProbes(): ProcessProbes {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  return {
    loopDelayMs: () => {
      const { count } = delays;
      // One pause is not yet a load: of fewer than a hundred samples, the 99th percentile is the worst but one.
      const delayMs = count < 2 ? 0 : delays.percentile(Math.min(99, (100 * (count - 1.5)) / count)) / 1e6;
      delays.reset();
      return delayMs;
    },
    heapShare: () => {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
      return used / limit;
    },
    stop: () => void delays.disable(),
  };
}
