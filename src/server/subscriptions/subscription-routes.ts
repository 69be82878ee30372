import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { readCredentials } from '../authentication/credentials.js';
import { getSession, requireSession } from '../authentication/require-session.js';
import { ConnectionLimit } from '../guards/connection-limits.js';
import { callerKey, limitOperationRate } from '../guards/operation-rate.js';
import { resolveTrustedDocument } from '../guards/trusted-documents.js';
import type { InFlightRequests } from '../http-connections.js';
import { refuseUpgrade } from '../http-error-responses.js';
import { EventStreamEndpoint } from './event-stream-endpoint.js';
import type { SubscriptionServerOptions } from './subscription-options.js';
import { WebSocketEndpoint } from './web-socket-endpoint.js';

/** Serves subscriptions: over WebSocket at `path`, as server-sent events at `path`/stream. Closing the app closes them first. */
export function mountSubscriptionRoutes(app: FastifyInstance, path: string, options: SubscriptionServerOptions): void {
  const occupancy = new ConnectionLimit(options.limits.sockets);
  const sockets = new WebSocketEndpoint(options, occupancy);
  const streams = new EventStreamEndpoint(options, occupancy);
  const plain = new IgnoredUpgrades(app.server, options.guards.inFlight);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return plain.serveWithoutUpgrade(request, socket, head);
    if (request.url?.split('?')[0] === path) return sockets.upgrade(request, socket, head);
    refuseUpgrade(socket, { status: 404, code: 'BAD_USER_INPUT', message: `WebSockets are served at ${path}.` });
  });
  app.route({
    url: `${path}/stream`,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    onRequest: [
      requireSession(options.authenticator),
      limitOperationRate(options.guards.operations, (request) =>
        callerKey(getSession(request), options.authenticator.clientAddress(readCredentials(request.raw))),
      ),
    ],
    preHandler: resolveTrustedDocument(options.trusted),
    handler: (request, reply) => streams.handle(request, reply),
  });
  app.addHook('preClose', async () => {
    await Promise.all([sockets.close(), streams.close()]);
  });
}

/**
 * Serves requests that offer another upgrade than WebSocket as if they had not: a client that would rather speak HTTP/2 (`h2c`,
 * as that of Java offers by default) has sent an ordinary request. Node gives every offer to who listens for upgrades, with its
 * parser gone; so the request is put back, without the offer, and parsed again.
 */
export class IgnoredUpgrades {
  readonly #server: Server;
  readonly #inFlight: InFlightRequests;
  /** Connections that offered before: another parser on each would be one too many. */
  readonly #servedBefore = new WeakSet<Duplex>();

  constructor(server: Server, inFlight: InFlightRequests) {
    this.#server = server;
    this.#inFlight = inFlight;
  }

  serveWithoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method, url, httpVersion, rawHeaders } = request;
    // An answer under way would never be followed by that to an offer sent ahead.
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
