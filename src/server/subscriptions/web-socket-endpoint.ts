import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';

import { readCredentials } from '../authentication/credentials.js';
import type { ConnectionLimit } from '../guards/connection-limits.js';
import { refuseUpgrade, type UpgradeRefusal } from '../http-error-responses.js';
import type { SubscriptionServerOptions } from './subscription-options.js';
import { type ConnectionSession, WebSocketConnection } from './web-socket-connection.js';
import { createWebSocketProtocol } from './web-socket-protocol.js';

/** Of a message from a client: its bytes, its parts and its unread pieces. Small ones cost far more memory than they carry. */
const messageBounds = { maxPayload: 64 * 1024, maxFragments: 128, maxBufferedChunks: 4_096 };

/** Of RFC 6455: the server goes away. */
const goingAway = 1001;

/** The WebSockets of all clients. */
export class WebSocketEndpoint {
  readonly #options: SubscriptionServerOptions;
  readonly #connections: ConnectionLimit;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<ConnectionSession>;
  readonly #open = new Set<WebSocketConnection>();
  readonly #heartbeat: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: SubscriptionServerOptions, connections: ConnectionLimit) {
    this.#options = options;
    this.#connections = connections;
    this.#protocol = createWebSocketProtocol(options);
    this.#server = new WebSocketServer({ ...messageBounds, noServer: true, perMessageDeflate: false, handleProtocols });
    this.#heartbeat = setInterval(() => this.#ping(), options.timing.pingMs).unref();
  }

  /** Turns a connection into a WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    const leave = refusal === null ? this.#connections.acquire() : null;
    if (leave === null) return refuseUpgrade(socket, refusal ?? tooManyConnections);
    // Also where the handshake fails and no WebSocket comes of it.
    socket.once('close', leave);
    this.#server.handleUpgrade(request, socket, head, (client) => this.#serve(client, request));
  }

  /** Tells every client that the gateway goes away, and waits until all are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#heartbeat);
    for (const client of this.#open) client.close(goingAway, 'The gateway stops.');
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #refusal({ headers }: IncomingMessage): UpgradeRefusal | null {
    if (this.#isClosing) return stoppingGateway;
    if (!this.#options.guards.concurrency.hasCapacity) return overloadedGateway;
    return isAllowedOrigin(headers, this.#options.origins) ? null : foreignOrigin;
  }

  #serve(socket: WebSocket, request: IncomingMessage): void {
    const client = new WebSocketConnection(socket, readCredentials(request), this.#protocol, this.#options);
    this.#open.add(client);
    socket.once('close', () => this.#open.delete(client));
  }

  #ping(): void {
    for (const client of this.#open) client.ping();
  }
}

const foreignOrigin: UpgradeRefusal = { status: 403, code: 'FORBIDDEN', message: 'server.cors does not name the origin of this page.' };
const stoppingGateway: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'The gateway stops.', retryAfter: 1 };
const overloadedGateway: UpgradeRefusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'The gateway has more to do than it can bear.',
  retryAfter: 1,
};
const tooManyConnections: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'limits.sockets are open already.', retryAfter: 5 };

/**
 * Whether the page that connects may: browsers let every page open a WebSocket to every host, and say only whose page it is. Our
 * own pages and those of the configured origins may; so may whatever sends no Origin, which is no browser. With a cookie and without
 * an Origin it claims to be both, so it may not.
 */
export function isAllowedOrigin({ origin, host, cookie }: IncomingHttpHeaders, origins: readonly string[]): boolean {
  if (origin === undefined) return cookie === undefined;
  if (origins.includes(origin)) return true;
  // Schemes are not compared: whoever ends TLS in front of the gateway knows https, we see http.
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}
