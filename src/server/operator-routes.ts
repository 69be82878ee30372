import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Gateway } from '../gateway/gateway.js';
import { TributaryError } from '../model/errors.js';
import { type AuditTrail, formatAuditLink } from '../store/audit-trail.js';
import type { Authenticator } from './authentication/authenticator.js';
import { readCredentials } from './authentication/credentials.js';
import { createAuthenticationGuard, getSession } from './guards/authentication-guard.js';
import { createRouteHooks } from './guards/guard.js';
import { type Refusal, sendRefusal } from './http-error-responses.js';

/** Paths that are served even while the gateway is overloaded. */
export const healthPaths = ['/livez', '/readyz'] as const;

/**
 * `/livez` and `/readyz`, without authentication. A caller with the right `operate` also gets the health of the sources that they may read from
 * `/readyz`. A source that is down does not make the process unready.
 */
export function mountHealthRoutes(app: FastifyInstance, authenticator: Authenticator, gateway: Gateway): void {
  app.get('/livez', () => ({ status: 'alive' }));
  app.get('/readyz', async (request) => ({ status: 'ready', ...(await readSourceHealth(request, authenticator, gateway)) }));
}

/** A credential that is not valid does not make the process unready: the caller gets the status alone. */
async function readSourceHealth({ raw }: FastifyRequest, authenticator: Authenticator, gateway: Gateway): Promise<object> {
  if (raw.headers.authorization === undefined) return {};
  try {
    const session = await authenticator.authenticate(readCredentials(raw));
    if (!session.has('operate')) return {};
    const { nodes } = gateway.createOperation(session);
    const sources = nodes.sources().map(async ({ name }) => ({ name, status: (await nodes.healthAfterReads(name))?.status }));
    return { sources: await Promise.all(sources) };
  } catch (error) {
    if (error instanceof TributaryError) return {};
    throw error;
  }
}

/**
 * `GET /audit?after=POSITION`: up to 1,000 entries of the audit trail after a position, as lines of JSON like those of `tributary audit
 * export`, for callers with the right `audit`.
 */
export function mountAuditRoute(app: FastifyInstance, authenticator: Authenticator, trail: AuditTrail): void {
  const hooks = createRouteHooks([createAuthenticationGuard(authenticator, { hasPage: false })]);
  app.get<{ Querystring: { after?: string } }>('/audit', hooks, async (request, reply) => {
    if (!getSession(request).has('audit')) return sendRefusal(reply, missingAuditRight);
    const { after = '0' } = request.query;
    if (!/^\d{1,15}$/.test(after)) return sendRefusal(reply, badPosition);
    const links = await trail.readLinks(Number(after));
    return reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .send(links.map((link) => `${formatAuditLink(link)}\n`).join(''));
  });
}

const missingAuditRight: Refusal = { code: 'FORBIDDEN', message: 'You may not read the audit trail.' };
const badPosition: Refusal = { code: 'BAD_USER_INPUT', message: 'after must be the position of an entry, a whole number.' };
