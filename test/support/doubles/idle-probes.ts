import type { ProcessProbes } from '../../../src/server/process-probes.js';

/** A process that has nothing to do: that of the tests has, and refuses nothing for it. */
export const idleProbes: ProcessProbes = { heapShare: () => 0 };
