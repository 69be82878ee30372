import type { FastifyInstance, FastifyRequest } from 'fastify';

import { TributaryError } from '../task/error/tributary-error.js';
import type { Gateway } from '../task/gateway.js';
import type { Entrance } from './authentication/entrance.js';
import { presentedIn } from './authentication/presented.js';

/** What tells how the process is, also when it can bear no more. */
export const healthPaths = ['/livez', '/readyz'] as const;

/**
 * `/livez` and `/readyz`, for whoever runs the process: bare for everybody. To a caller with the right `operate`, `/readyz` also tells
 * how the sources are doing that they may read. A source that is down does not make the process unready.
 */
export function mountHealth(app: FastifyInstance, entrance: Entrance, gateway: Gateway): void {
  app.get('/livez', () => ({ status: 'alive' }));
  app.get('/readyz', async (request) => ({ status: 'ready', ...(await detailFor(request, entrance, gateway)) }));
}

/** A credential that is not good is no reason to call the process unready. */
async function detailFor({ raw }: FastifyRequest, entrance: Entrance, gateway: Gateway): Promise<object> {
  if (raw.headers.authorization === undefined) return {};
  try {
    const session = await entrance.admit(presentedIn(raw));
    if (!session.has('operate')) return {};
    const { tasks } = gateway.operation(session);
    const sources = tasks.sources().map(async ({ name }) => ({ name, status: (await tasks.healthOf(name))?.status }));
    return { sources: await Promise.all(sources) };
  } catch (error) {
    if (error instanceof TributaryError) return {};
    throw error;
  }
}
