import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Gateway } from '../gateway/gateway.js';
import { TributaryError } from '../model/errors.js';
import { type AuditTrail, formatAuditLink } from '../store/audit-trail.js';
import type { Authenticator } from './authentication/authenticator.js';
import { readCredentials } from './authentication/credentials.js';
import { getSession, requireSession } from './authentication/require-session.js';
import { errorResponse } from './http-error-responses.js';

/** What tells how the process is, also when it can bear no more. */
export const healthPaths = ['/livez', '/readyz'] as const;

/**
 * `/livez` and `/readyz`, for whoever runs the process: bare for everybody. To a caller with the right `operate`, `/readyz` also tells
 * how the sources are doing that they may read. A source that is down does not make the process unready.
 */
export function mountHealthRoutes(app: FastifyInstance, authenticator: Authenticator, gateway: Gateway): void {
  app.get('/livez', () => ({ status: 'alive' }));
  app.get('/readyz', async (request) => ({ status: 'ready', ...(await readSourceHealth(request, authenticator, gateway)) }));
}

/** A credential that is not good is no reason to call the process unready. */
async function readSourceHealth({ raw }: FastifyRequest, authenticator: Authenticator, gateway: Gateway): Promise<object> {
  if (raw.headers.authorization === undefined) return {};
  try {
    const session = await authenticator.authenticate(readCredentials(raw));
    if (!session.has('operate')) return {};
    const { tasks } = gateway.createOperation(session);
    const sources = tasks.sources().map(async ({ name }) => ({ name, status: (await tasks.healthAfterReads(name))?.status }));
    return { sources: await Promise.all(sources) };
  } catch (error) {
    if (error instanceof TributaryError) return {};
    throw error;
  }
}

/**
 * `GET /audit?after=POSITION`: up to 1,000 entries of the audit trail behind a position, a line of JSON each, as `tributary audit
 * export` prints them, for callers with the right `audit`.
 */
export function mountAuditRoute(app: FastifyInstance, authenticator: Authenticator, trail: AuditTrail): void {
  app.get<{ Querystring: { after?: string } }>('/audit', { onRequest: requireSession(authenticator) }, async (request, reply) => {
    if (!getSession(request).has('audit')) return reply.code(403).send(errorResponse('You may not read the audit trail.', 'FORBIDDEN'));
    const { after = '0' } = request.query;
    if (!/^\d{1,15}$/.test(after)) return reply.code(400).send(errorResponse('after is the position of an entry.', 'BAD_USER_INPUT'));
    const links = await trail.read(Number(after));
    return reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .send(links.map((link) => `${formatAuditLink(link)}\n`).join(''));
  });
}
