import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { documentHook } from '../documents/document-hook.js';
import { rateHook } from '../limits/rate-hook.js';
import { requireSession, sessionOf } from '../authentication/require-session.js';
import { presentedIn } from '../authentication/presented.js';
import { callerKey } from '../limits/caller-key.js';
import { EventStreams } from './event-streams.js';
import type { LiveOptions } from './live-options.js';
import { Occupancy } from './occupancy.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { PlainRequests } from './plain-requests.js';
import { WebSockets } from './web-sockets.js';

/** Serves subscriptions: over WebSocket at `path`, as server-sent events at `path`/stream. Closing the app closes them first. */
export function mountLive(app: FastifyInstance, path: string, options: LiveOptions): void {
  const occupancy = new Occupancy(options.limits.sockets);
  const sockets = new WebSockets(options, occupancy);
  const streams = new EventStreams(options, occupancy);
  const plain = new PlainRequests(app.server, options.guards.exchanges);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return plain.serve(request, socket, head);
    if (request.url?.split('?')[0] === path) return sockets.upgrade(request, socket, head);
    refuseUpgrade(socket, { status: 404, code: 'BAD_USER_INPUT', message: `WebSockets are served at ${path}.` });
  });
  app.route({
    url: `${path}/stream`,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    onRequest: [
      requireSession(options.entrance),
      rateHook(options.guards.operations, (request) => callerKey(sessionOf(request), options.entrance.addressOf(presentedIn(request.raw)))),
    ],
    preHandler: documentHook(options.trusted),
    handler: (request, reply) => streams.handle(request, reply),
  });
  app.addHook('preClose', async () => {
    await Promise.all([sockets.close(), streams.close()]);
  });
}
