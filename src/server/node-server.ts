import { createServer, type RequestListener, type Server } from 'node:http';

import type { SocketTiming } from './limits/socket-timing.js';

/** The server below Fastify. */
export function nodeServer({ headersMs, requestMs, keepAliveMs, checkMs }: SocketTiming, listener: RequestListener): Server {
  const timing = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkMs,
  };
  const server = createServer(timing, listener);
  // All of them: 16 KB hold a few thousand, and Node would leave out those beyond 1,000 silently, be it the length of the body.
  server.maxHeadersCount = 0;
  return server;
}
