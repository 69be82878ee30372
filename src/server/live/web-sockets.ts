import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';

import { presentedIn } from '../authentication/presented.js';
import { isAllowedOrigin } from './is-allowed-origin.js';
import type { LiveOptions } from './live-options.js';
import { LiveSocket } from './live-socket.js';
import type { Occupancy } from './occupancy.js';
import { refuseUpgrade, type UpgradeRefusal } from './refuse-upgrade.js';
import { createSocketProtocol } from './socket-protocol.js';
import type { Visitor } from './visitor.js';

/** Of a message from a client: its bytes, its parts and its unread pieces. Small ones cost far more memory than they carry. */
const messageBounds = { maxPayload: 64 * 1024, maxFragments: 128, maxBufferedChunks: 4_096 };

/** Of RFC 6455: the server goes away. */
const goingAway = 1001;

/** The WebSockets of all clients. */
export class WebSockets {
  readonly #options: LiveOptions;
  readonly #occupancy: Occupancy;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<Visitor>;
  readonly #open = new Set<LiveSocket>();
  readonly #heartbeat: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: LiveOptions, occupancy: Occupancy) {
    this.#options = options;
    this.#occupancy = occupancy;
    this.#protocol = createSocketProtocol(options);
    this.#server = new WebSocketServer({ ...messageBounds, noServer: true, perMessageDeflate: false, handleProtocols });
    this.#heartbeat = setInterval(() => this.#ping(), options.timing.pingMs).unref();
  }

  /** Turns a connection into a WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    const leave = refusal === null ? this.#occupancy.enter() : null;
    if (leave === null) return refuseUpgrade(socket, refusal ?? full);
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
    if (this.#isClosing) return stopping;
    if (!this.#options.guards.load.hasRoom) return overloaded;
    return isAllowedOrigin(headers, this.#options.origins) ? null : foreign;
  }

  #serve(socket: WebSocket, request: IncomingMessage): void {
    const client = new LiveSocket(socket, presentedIn(request), this.#protocol, this.#options);
    this.#open.add(client);
    socket.once('close', () => this.#open.delete(client));
  }

  #ping(): void {
    for (const client of this.#open) client.ping();
  }
}

const foreign: UpgradeRefusal = { status: 403, code: 'FORBIDDEN', message: 'server.cors does not name the origin of this page.' };
const stopping: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'The gateway stops.', retryAfter: 1 };
const overloaded: UpgradeRefusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'The gateway has more to do than it can bear.',
  retryAfter: 1,
};
const full: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'limits.sockets are open already.', retryAfter: 5 };
