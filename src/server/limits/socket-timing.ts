/** How long the gateway waits for a client over HTTP, in milliseconds. Tests give shorter times. */
export interface SocketTiming {
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

export const socketTiming: SocketTiming = {
  headersMs: 5_000,
  requestMs: 10_000,
  answerMs: 30_000,
  lingerMs: 1_000,
  keepAliveMs: 72_000,
  checkMs: 1_000,
};
