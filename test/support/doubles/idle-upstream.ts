import type { Upstream } from '../../../src/sources/source.js';

/** The HTTP client of a plane that answers at once, and keeps nothing. */
export const idleUpstream: Upstream = {
  circuit: () => 'CLOSED',
  circuitOpenForMs: () => 0,
  clockAheadMs: () => null,
  isBusy: () => false,
  releaseIdle: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
