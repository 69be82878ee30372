import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { ListenerGuard } from './guards/guards.js';
import type { HttpTiming } from './timing.js';

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

/** Requests of one connection that wait for their responses. Clients that use pipelining send a few ahead. */
const maxPipelinedRequests = 64;

/** Callbacks for the end of each request of one connection, by its response. */
type FinishCallbacks = Map<ServerResponse, (() => void)[]>;

/**
 * Knows when requests are over. A response emits `close` by itself, except when its connection is closed while it waits for the
 * responses before it (pipelining); so the end of the connection counts as the end of all of its requests.
 */
export class InFlightRequests {
  readonly #byConnection = new WeakMap<Socket, FinishCallbacks>();

  /** To be called for every request, first. False: the client sent too many ahead on this connection, which was closed. */
  add(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.countOnConnection(request) >= maxPipelinedRequests) request.socket.destroy();
    if (request.socket.destroyed) return false;
    this.onceFinished(request, response, () => undefined);
    return true;
  }

  /** Calls `callback` once: when the response is closed, or its connection. */
  onceFinished({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void {
    // The client may be gone before its request is read.
    if (socket.destroyed || response.closed) return callback();
    const byResponse = this.#callbacksOf(socket);
    const callbacks = byResponse.get(response);
    if (callbacks !== undefined) return void callbacks.push(callback);
    byResponse.set(response, [callback]);
    response.once('close', () => finish(byResponse, response));
  }

  /** How many requests of the connection of this one are not over. */
  countOnConnection({ socket }: IncomingMessage): number {
    return this.#byConnection.get(socket)?.size ?? 0;
  }

  #callbacksOf(socket: Socket): FinishCallbacks {
    const existing = this.#byConnection.get(socket);
    if (existing !== undefined) return existing;
    const byResponse: FinishCallbacks = new Map();
    this.#byConnection.set(socket, byResponse);
    socket.once('close', () => {
      for (const response of byResponse.keys()) finish(byResponse, response);
    });
    return byResponse;
  }
}

function finish(byResponse: FinishCallbacks, response: ServerResponse): void {
  const callbacks = byResponse.get(response) ?? [];
  byResponse.delete(response);
  for (const callback of callbacks) callback();
}

/** Closes connections over which more is sent ahead than any client does: each request that waits for those before it is memory. */
export function createPipeliningGuard(inFlight: InFlightRequests): ListenerGuard {
  return {
    name: 'pipelining',
    refuses: ['closes the connection'],
    wrap: (listener) => (request, response) => {
      if (inFlight.add(request, response)) listener(request, response);
    },
  };
}

/** Disconnects clients that do not read their responses: what waits for them is memory. Event streams watch their clients themselves. */
export function disconnectSlowReaders(
  app: FastifyInstance,
  inFlight: InFlightRequests,
  { answerMs, checkMs }: Pick<HttpTiming, 'answerMs' | 'checkMs'>,
): void {
  const sent = new Map<ServerResponse, { readonly at: number; readonly request: IncomingMessage }>();
  app.addHook('onSend', async (request, { raw }) => {
    // The client went away before there was a response, and is forgotten already.
    if (raw.destroyed) return;
    sent.set(raw, { at: performance.now(), request: request.raw });
    inFlight.onceFinished(request.raw, raw, () => void sent.delete(raw));
  });
  const check = setInterval(() => {
    const latest = performance.now() - answerMs;
    for (const [response, { at, request }] of sent) {
      if (at >= latest) continue;
      app.log.warn('a client that does not read its response was disconnected');
      sent.delete(response);
      request.socket.destroy();
    }
  }, checkMs).unref();
  app.addHook('onClose', async () => clearInterval(check));
}

/**
 * Drains the body of a request that was answered before all of it had come. A client that is still sending would otherwise meet a
 * closed connection and never read the response. After `lingerMs` the connection is closed anyway.
 */
export function drainRefusedBodies(app: FastifyInstance, { lingerMs }: Pick<HttpTiming, 'lingerMs'>): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    if (raw.complete || raw.destroyed) return;
    // Node would close at once with bytes unread, and TCP would then reset the connection and lose the response.
    reply.removeHeader('connection');
    reply.raw.once('finish', () => {
      raw.resume();
      const timer = setTimeout(() => raw.complete || raw.socket.destroy(), lingerMs).unref();
      raw.once('close', () => clearTimeout(timer));
    });
  });
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
