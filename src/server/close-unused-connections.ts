import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

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
