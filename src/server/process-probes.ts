import { getHeapStatistics } from 'node:v8';

/** Measures the load of the process. */
export interface ProcessProbes {
  /** The used share of the heap that the process may have, from 0 to 1. */
  heapShare(): number;
}

/** Probes of this process. */
export const processProbes: ProcessProbes = {
  heapShare: () => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return used / limit;
  },
};
