/** How long the gateway waits for a client over HTTP, in milliseconds. Tests use shorter times. */
export interface HttpTiming {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** For a response to be read, from when it is written. */
  readonly responseMs: number;
  /** For the rest of a body that was refused. */
  readonly lingerMs: number;
  /** For the next request on a connection: `server.keepAliveMs`. The default is longer than the 60 s of common load balancers. */
  readonly keepAliveMs: number;
  /** Between two checks of these times. */
  readonly checkMs: number;
}

export const httpTiming: HttpTiming = {
  headersMs: 5_000,
  requestMs: 10_000,
  responseMs: 30_000,
  lingerMs: 1_000,
  keepAliveMs: 72_000,
  checkMs: 1_000,
};

/** How long the transports of subscriptions wait, in milliseconds. Tests use shorter times. */
export interface SubscriptionTiming {
  /** For `connection_init` after a WebSocket is open. */
  readonly initMs: number;
  /** Between two pings on a WebSocket; a client that did not respond to the last one is disconnected. */
  readonly pingMs: number;
  /** Between two comments on an event stream, which keep proxies from closing it as idle. */
  readonly commentMs: number;
  /** For a client that reads nothing although messages wait for it. */
  readonly stalledMs: number;
  /** For a client that reads too slowly: more than `overfullBytes` wait for it all the time. */
  readonly overfullMs: number;
  readonly overfullBytes: number;
  /** For a client to finish the closing handshake of its WebSocket. */
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
