/** From when on operations are refused so that those under way are finished. */
export interface LoadLimits {
  /** Operations under way. */
  readonly operations: number;
  /** Milliseconds that every operation of a second waited for its turn. */
  readonly turnWaitMs: number;
  /** Milliseconds that the event loop is late, at the 99th percentile of a second. */
  readonly loopDelayMs: number;
  /** Of the heap that the process may have, from 0 to 1. */
  readonly heapShare: number;
  /** After how many milliseconds a client may ask again. */
  readonly retryAfterMs: number;
}

export const loadLimits: LoadLimits = {
  operations: 256,
  turnWaitMs: 200,
  loopDelayMs: 200,
  heapShare: 0.85,
  retryAfterMs: 1_000,
};
