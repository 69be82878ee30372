import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { InFlightRequests } from './guards/in-flight-requests.js';
import type { ResponseStep } from './response-steps.js';
import type { HttpTiming } from './timeouts.js';

/** The server below Fastify. */
export function createNodeServer({ headersMs, requestMs, keepAliveMs, checkMs }: HttpTiming, listener: RequestListener): Server {
  const timing = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkMs,
  };
  const server = createServer(timing, listener);
  // No limit but the 16 KB of all headers: Node would silently drop those beyond 1,000, among them perhaps Content-Length.
  server.maxHeadersCount = 0;
  return server;
}

/** Disconnects clients that do not read their responses: what waits for them is memory. Event streams watch their clients themselves. */
export function watchSlowReaders(
  app: FastifyInstance,
  inFlight: InFlightRequests,
  { responseMs, checkMs }: Pick<HttpTiming, 'responseMs' | 'checkMs'>,
): ResponseStep {
  const sent = new Map<ServerResponse, { readonly at: number; readonly request: IncomingMessage }>();
  const check = setInterval(() => {
    const latest = performance.now() - responseMs;
    for (const [response, { at, request }] of sent) {
      if (at >= latest) continue;
      app.log.warn('a client that does not read its response was disconnected');
      sent.delete(response);
      request.socket.destroy();
    }
  }, checkMs).unref();
  app.addHook('onClose', async () => clearInterval(check));
  return (request, { raw }) => {
    // The client went away before there was a response, and is forgotten already.
    if (raw.destroyed) return;
    sent.set(raw, { at: performance.now(), request: request.raw });
    inFlight.onceFinished(request.raw, raw, () => void sent.delete(raw));
  };
}

/**
 * Drains the body of a request that was answered before all of it had arrived. A client that is still sending would otherwise find a
 * closed connection and never read the response. After `lingerMs` the connection is closed anyway.
 */
export function drainRefusedBody({ lingerMs }: Pick<HttpTiming, 'lingerMs'>): ResponseStep {
  return ({ raw }, reply) => {
    if (raw.complete || raw.destroyed) return;
    // Node would close at once with bytes unread, and TCP would then reset the connection and lose the response.
    reply.removeHeader('connection');
    reply.raw.once('finish', () => {
      raw.resume();
      const timer = setTimeout(() => raw.complete || raw.socket.destroy(), lingerMs).unref();
      raw.once('close', () => clearTimeout(timer));
    });
  };
}

/**
 * Closes unused connections when the app closes. Browsers open some in advance; Node counts those that never sent a byte neither as
 * idle nor as busy, and would wait for them.
 */
export function closeUnusedConnections(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
