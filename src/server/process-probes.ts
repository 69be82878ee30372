import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** Measures the load of the process. */
export interface ProcessProbes {
  /** How late the event loop was since the last call, in milliseconds, at the 99th percentile. */
  loopDelayMs(): number;
  /** The used share of the heap that the process may have, from 0 to 1. */
  heapShare(): number;
  stop(): void;
}

/** Probes of this process. */
export function createProcessProbes(): ProcessProbes {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  return {
    loopDelayMs: () => {
      const { count } = delays;
      // A single pause is no overload: of fewer than a hundred samples, take the second worst as the 99th percentile. The histogram
      // rounds to the nearest rank; a quarter keeps clear of its half, where a rounding error would give the third worst.
      const delayMs = count < 2 ? 0 : delays.percentile(Math.min(99, (100 * (count - 1.25)) / count)) / 1e6;
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
