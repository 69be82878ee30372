import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { createRouteHooks } from '../guards/guard.js';
import type { InFlightRequests } from '../guards/in-flight-requests.js';
import { EventStreamEndpoint } from './event-stream-endpoint.js';
import type { SubscriptionOptions } from './subscription-options.js';
import { describeWrongPath } from './upgrade-checks.js';
import { WebSocketEndpoint } from './web-socket-endpoint.js';

/**
 * Serves subscriptions: over WebSocket at `path`, as server-sent events at `path`/stream. Closing the app closes them first. Returns what
 * serves event streams at `path`, too.
 */
export function mountSubscriptionRoutes(app: FastifyInstance, path: string, options: SubscriptionOptions): EventStreamHandler {
  const sockets = new WebSocketEndpoint(options);
  const streams = new EventStreamEndpoint(options);
  const ignoredUpgrades = new IgnoredUpgrades(app.server, options.transport.inFlight);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return ignoredUpgrades.serveWithoutUpgrade(request, socket, head);
    if (request.url?.split('?')[0] === path) return sockets.upgrade(request, socket, head);
    sockets.refuse(socket, describeWrongPath(request, path));
  });
  app.route({
    url: `${path}/stream`,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    ...createRouteHooks(options.admission.routeGuards),
    handler: (request, reply) => streams.handle(request, reply),
  });
  app.addHook('preClose', async () => {
    await Promise.all([sockets.close(), streams.close()]);
  });
  return (request, reply) => streams.handle(request, reply);
}

/** Answers a request that passed the guards with an event stream. */
export type EventStreamHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * Serves requests that offer another upgrade than WebSocket as if they offered none. A client that prefers HTTP/2 (`h2c`, as
 * the client of Java offers by default) has sent an ordinary request, but Node hands every offer to the listener for upgrades and
 * detaches its parser. So the request is written back to the socket without the offer and parsed again.
 */
class IgnoredUpgrades {
  readonly #server: Server;
  readonly #inFlight: InFlightRequests;
  /** Connections that offered before; they are closed after this request, as each offer leaves another parser on the socket. */
  readonly #servedBefore = new WeakSet<Duplex>();

  constructor(server: Server, inFlight: InFlightRequests) {
    this.#server = server;
    this.#inFlight = inFlight;
  }

  serveWithoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method, url, httpVersion, rawHeaders } = request;
    // With a response in flight, the one to a pipelined offer would never be sent.
    if (this.#inFlight.countOnConnection(request) > 0) return void socket.destroy();
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (!upgradeHeaders.has((rawHeaders[i] ?? '').toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
    }
    if (this.#servedBefore.has(socket)) lines.push('connection: close');
    this.#servedBefore.add(socket);
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    this.#server.emit('connection', socket);
  }
}

const upgradeHeaders: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);
