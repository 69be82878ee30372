import type { Probes } from '../../src/server/limits/process-probes.js';

/** A process that has nothing to do: that of the tests has, and refuses nothing for it. */
export const calm: Probes = { loopDelayMs: () => 0, heapShare: () => 0, stop: () => undefined };
