/** How long the transports wait, in milliseconds. Tests give shorter times. */
export interface LiveTiming {
  /** For `connection_init` after a WebSocket is open. */
  readonly initMs: number;
  /** Between two pings on a WebSocket; one that did not answer the last is cut. */
  readonly pingMs: number;
  /** Between two comments on an event stream, so that nothing between us and the client takes it for dead. */
  readonly commentMs: number;
  /** For a client that takes nothing of what waits for it. */
  readonly stalledMs: number;
  /** For a client for which more than `overfullBytes` wait, even though it takes some. */
  readonly overfullMs: number;
  readonly overfullBytes: number;
  /** For a client to answer the closing of its connection. */
  readonly closeMs: number;
}

export const liveTiming: LiveTiming = {
  initMs: 3_000,
  pingMs: 15_000,
  commentMs: 12_000,
  stalledMs: 30_000,
  overfullMs: 5_000,
  overfullBytes: 1024 * 1024,
  closeMs: 2_000,
};
