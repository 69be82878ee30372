import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

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
  // All of them: 16 KB hold a few thousand, and Node would leave out those beyond 1,000 silently, be it the length of the body.
  server.maxHeadersCount = 0;
  return server;
}

/** Requests of one connection that wait for their answers, at most: clients that send ahead send a few. */
const maxPipelinedRequests = 64;

/** What is to be done at the end of each request of one connection, by its response. */
type FinishCallbacks = Map<ServerResponse, (() => void)[]>;

/**
 * Knows when requests are over. A response says by itself that it is closed, but not one that still waited for those before it on
 * its connection when that was closed.
 */
export class InFlightRequests {
  readonly #byConnection = new WeakMap<Socket, FinishCallbacks>();

  /** To be called for every request, first. False: too much was sent ahead of it on its connection, which was cut. */
  add(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.countOnConnection(request) >= maxPipelinedRequests) request.socket.destroy();
    if (request.socket.destroyed) return false;
    this.onceFinished(request, response, () => undefined);
    return true;
  }

  /** Calls `end` once: when the response is closed, or its connection. */
  onceFinished({ socket }: IncomingMessage, response: ServerResponse, end: () => void): void {
    // A client may be gone before its request is looked at.
    if (socket.destroyed || response.closed) return end();
    const ends = this.#callbacksOf(socket);
    const known = ends.get(response);
    if (known !== undefined) return void known.push(end);
    ends.set(response, [end]);
    response.once('close', () => finish(ends, response));
  }

  /** How many requests of the connection of this one are not over. */
  countOnConnection({ socket }: IncomingMessage): number {
    return this.#byConnection.get(socket)?.size ?? 0;
  }

  #callbacksOf(socket: Socket): FinishCallbacks {
    const known = this.#byConnection.get(socket);
    if (known !== undefined) return known;
    const ends: FinishCallbacks = new Map();
    this.#byConnection.set(socket, ends);
    socket.once('close', () => {
      for (const response of ends.keys()) finish(ends, response);
    });
    return ends;
  }
}

function finish(ends: FinishCallbacks, response: ServerResponse): void {
  const acts = ends.get(response) ?? [];
  ends.delete(response);
  for (const act of acts) act();
}

/** Cuts connections over which more is sent ahead than any client does: each request that waits for those before it is memory. */
export function limitPipelining(handle: RequestListener, inFlight: InFlightRequests): RequestListener {
  return (request, response) => {
    if (inFlight.add(request, response)) handle(request, response);
  };
}

/** Cuts clients that do not take their answers: what waits for them is memory. Event streams watch their clients themselves. */
export function disconnectSlowReaders(
  app: FastifyInstance,
  inFlight: InFlightRequests,
  { answerMs, checkMs }: Pick<HttpTiming, 'answerMs' | 'checkMs'>,
): void {
  const sent = new Map<ServerResponse, { readonly at: number; readonly request: IncomingMessage }>();
  app.addHook('onSend', async (request, { raw }) => {
    // Its client went away before there was an answer, and has been forgotten.
    if (raw.destroyed) return;
    sent.set(raw, { at: performance.now(), request: request.raw });
    inFlight.onceFinished(request.raw, raw, () => void sent.delete(raw));
  });
  const check = setInterval(() => {
    const latest = performance.now() - answerMs;
    for (const [response, { at, request }] of sent) {
      if (at >= latest) continue;
      app.log.warn('an answer that its client does not take was cut');
      sent.delete(response);
      request.socket.destroy();
    }
  }, checkMs).unref();
  app.addHook('onClose', async () => clearInterval(check));
}

/**
 * Lets a client that was answered before all of its body had come hear the answer: whoever is still sending would meet a closed
 * connection instead. What it sends is thrown away, and after `lingerMs` the connection is closed.
 */
export function drainRefusedBodies(app: FastifyInstance, { lingerMs }: Pick<HttpTiming, 'lingerMs'>): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    if (raw.complete || raw.destroyed) return;
    // Node would close at once, with bytes unread, and the system of the client would throw the answer away.
    reply.removeHeader('connection');
    reply.raw.once('finish', () => {
      raw.resume();
      const end = setTimeout(() => raw.complete || raw.socket.destroy(), lingerMs).unref();
      raw.once('close', () => clearTimeout(end));
    });
  });
}

/**
 * Closes, when the app closes, the connections over which nothing ever came: browsers open some for later. Node takes them
 * neither for idle nor for busy, and would wait for their clients.
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
