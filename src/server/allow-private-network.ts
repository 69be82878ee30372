import type { FastifyInstance } from 'fastify';

/**
 * Says yes to browsers that ask, in the preflight of a page of a configured origin, whether a page of the internet may reach an
 * address of this machine or network (https://wicg.github.io/private-network-access/). Chrome asked so until it began to ask its
 * user instead.
 */
export function allowPrivateNetwork(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.headers['access-control-request-private-network'] !== 'true') return;
    if (reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-private-network', 'true');
  });
}
