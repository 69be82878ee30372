/** How long the gateway waits for a client over HTTP, in milliseconds. Tests give shorter times. */
export interface HttpTiming {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** For an answer to be taken, from when it is written. */
  readonly answerMs: number;
  /** For the rest of a body that was refused. */
  readonly lingerMs: number;
  /** For the next request of a connection; longer than the minute of the usual load balancers, which would else meet closed connections. */
  readonly keepAliveMs: number;
  /** Between two looks at the clock. */
  readonly checkMs: number;
}

export const httpTiming: HttpTiming = {
  headersMs: 5_000,
  requestMs: 10_000,
  answerMs: 30_000,
  lingerMs: 1_000,
  keepAliveMs: 72_000,
  checkMs: 1_000,
};

/** How long the transports wait, in milliseconds. Tests give shorter times. */
export interface SubscriptionTiming {
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

export const subscriptionTiming: SubscriptionTiming = {
  initMs: 3_000,
  pingMs: 15_000,
  commentMs: 12_000,
  stalledMs: 30_000,
  overfullMs: 5_000,
  overfullBytes: 1024 * 1024,
  closeMs: 2_000,
};
