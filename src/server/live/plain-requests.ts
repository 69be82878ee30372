import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Exchanges } from '../limits/exchanges.js';

/**
 * Serves requests that offer another upgrade than WebSocket as if they had not: a client that would rather speak HTTP/2 (`h2c`,
 * as that of Java offers by default) has sent an ordinary request. Node gives every offer to who listens for upgrades, with its
 * parser gone; so the request is put back, without the offer, and parsed again.
 */
export class PlainRequests {
  readonly #server: Server;
  readonly #exchanges: Exchanges;
  /** Connections that offered before: another parser on each would be one too many. */
  readonly #before = new WeakSet<Duplex>();

  constructor(server: Server, exchanges: Exchanges) {
    this.#server = server;
    this.#exchanges = exchanges;
  }

  serve(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method, url, httpVersion, rawHeaders } = request;
    // An answer under way would never be followed by that to an offer sent ahead.
    if (this.#exchanges.openOn(request) > 0) return void socket.destroy();
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (!offers.has((rawHeaders[i] ?? '').toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
    }
    if (this.#before.has(socket)) lines.push('connection: close');
    this.#before.add(socket);
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    this.#server.emit('connection', socket);
  }
}

const offers: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);
