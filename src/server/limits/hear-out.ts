import type { FastifyInstance } from 'fastify';

import type { SocketTiming } from './socket-timing.js';

/**
 * Lets a client that was answered before all of its body had come hear the answer: whoever is still sending would meet a closed
 * connection instead. What it sends is thrown away, and after `lingerMs` the connection is closed.
 */
export function hearOut(app: FastifyInstance, { lingerMs }: Pick<SocketTiming, 'lingerMs'>): void {
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
