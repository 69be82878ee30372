import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';

import { isAllowedOrigin } from './is-allowed-origin.js';
import type { LiveOptions } from './live-options.js';
import { LiveSocket } from './live-socket.js';
import type { Occupancy } from './occupancy.js';
import { refuseUpgrade, type UpgradeRefusal } from './refuse-upgrade.js';
import { createSocketProtocol, type SocketExtra } from './socket-protocol.js';

/** Of a message from a client: its bytes, its parts and its unread pieces. Small ones cost far more memory than they carry. */
const messageBounds = { maxPayload: 64 * 1024, maxFragments: 128, maxBufferedChunks: 4_096 };

/** Of RFC 6455: the server goes away. */
const goingAway = 1001;

/** As graphql-ws has it for one initialisation too many: too many of something. */
const tooMany = 4429;

/** The WebSockets of all clients. */
export class WebSockets {
  readonly #options: LiveOptions;
  readonly #occupancy: Occupancy;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<SocketExtra>;
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
    this.#server.handleUpgrade(request, socket, head, (client) =>
      this.#serve(client, this.#options.callerKey(request.socket.remoteAddress)),
    );
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
    return isAllowedOrigin(headers, this.#options.origins) ? null : foreign;
  }

  #serve(socket: WebSocket, callerKey: string): void {
    const client = new LiveSocket(socket, this.#protocol, { callerKey }, this.#options);
    const leave = this.#options.guards.callersSockets.enter(callerKey);
    this.#open.add(client);
    socket.once('close', () => {
      this.#open.delete(client);
      leave?.();
    });
    if (leave === null) client.close(tooMany, 'This caller has as many connections as limits.socketsPerCaller allows.');
  }

  #ping(): void {
    for (const client of this.#open) client.ping();
  }
}

const foreign: UpgradeRefusal = { status: 403, code: 'FORBIDDEN', message: 'server.cors does not name the origin of this page.' };
const stopping: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'The gateway stops.', retryAfter: 1 };
const full: UpgradeRefusal = { status: 503, code: 'OVERLOADED', message: 'limits.sockets are open already.', retryAfter: 5 };
