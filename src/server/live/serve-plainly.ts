import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Serves a request that offers another upgrade than WebSocket as if it had not: a client that would rather speak HTTP/2 (`h2c`,
 * as that of Java offers by default) has sent an ordinary request. Node gives every offer to who listens for upgrades, with its
 * parser gone; so the request is put back, without the offer, and parsed again.
 */
export function servePlainly(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (!offers.has((rawHeaders[i] ?? '').toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

const offers: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);
