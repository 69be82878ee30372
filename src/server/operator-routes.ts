import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Gateway } from '../gateway/gateway.js';
import { TributaryError } from '../model/errors.js';
import { type AuditTrail, formatAuditLink } from '../store/audit-trail.js';
import type { Authenticator } from './authentication/authenticator.js';
import { readCredentials } from './authentication/credentials.js';
import type { Session } from './authentication/session.js';
import { issuerClockLeewayMs } from './authentication/token-verifier.js';
import { createAuthenticationGuard, getSession } from './guards/authentication-guard.js';
import { createRouteHooks } from './guards/guard.js';
import { type Refusal, sendRefusal } from './http-error-responses.js';

/** Paths that are served even while the gateway is overloaded. */
export const healthPaths = ['/livez', '/readyz'] as const;

/**
 * `/livez` and `/readyz`, without authentication. A caller with the right `operate` also gets the health of the sources that they may read from
 * `/readyz`, and of all that the gateway depends on from `/readyz?verbose`. Whatever is down, the process stays ready: it still reads, serves
 * what it knows and says what is wrong, and a restart would mend nothing.
 */
export function mountHealthRoutes(app: FastifyInstance, authenticator: Authenticator, gateway: Gateway): void {
  app.get('/livez', () => ({ status: 'alive' }));
  app.get<{ Querystring: { verbose?: string } }>('/readyz', async (request) => {
    const isVerbose = request.query.verbose !== undefined && request.query.verbose !== 'false';
    if (request.headers.authorization === undefined && !isVerbose) return { status: 'ready' };
    const session = await findOperator(request, authenticator);
    if (session === null) return { status: 'ready' };
    return {
      status: 'ready',
      ...(isVerbose ? await describeVerbosely(session, authenticator, gateway) : await describeSources(session, gateway)),
    };
  });
}

/** Null without a valid credential, and without the right: a bad credential does not make the process unready. */
async function findOperator({ raw }: FastifyRequest, authenticator: Authenticator): Promise<Session | null> {
  try {
    const session = await authenticator.authenticate(readCredentials(raw));
    return session.has('operate') ? session : null;
  } catch (error) {
    if (error instanceof TributaryError) return null;
    throw error;
  }
}

async function describeSources(session: Session, gateway: Gateway): Promise<object> {
  const { nodes } = gateway.createOperation(session);
  const sources = nodes.sources().map(async ({ name }) => ({ name, status: (await nodes.healthAfterReads(name))?.status }));
  return { sources: await Promise.all(sources) };
}

/** Everything that the gateway depends on. The members `clockAheadMs` are null where no response has told the time yet. */
async function describeVerbosely(session: Session, authenticator: Authenticator, gateway: Gateway): Promise<object> {
  const { nodes } = gateway.createOperation(session);
  const [isStoreAvailable, issuers, sources] = await Promise.all([
    gateway.isStoreAvailable(),
    authenticator.inspectIssuers(),
    Promise.all(nodes.sources().map(async ({ name }) => ({ name, health: await nodes.healthAfterReads(name) }))),
  ]);
  const described = {
    store: { status: isStoreAvailable ? 'UP' : 'DOWN' },
    issuers: issuers.map(({ issuer, isReachable, keysReadAt, clockAheadMs }) => ({
      issuer,
      status: isReachable ? 'UP' : 'DOWN',
      keysReadAt: keysReadAt === null ? null : new Date(keysReadAt).toISOString(),
      clockAheadMs,
    })),
    sources: sources.map(({ name, health }) => ({
      name,
      status: health?.status,
      circuit: health?.circuit,
      problem: health?.problem?.kind ?? null,
      clockAheadMs: gateway.clockAheadMs(name),
    })),
  };
  const clocks = [
    ...described.issuers.map(({ issuer, clockAheadMs }) => ({ whose: `the issuer ${issuer}`, clockAheadMs })),
    ...described.sources.map(({ name, clockAheadMs }) => ({ whose: `the source ${name}`, clockAheadMs })),
  ];
  return { ...described, warnings: clocks.flatMap(describeClock) };
}

function describeClock({ whose, clockAheadMs }: { readonly whose: string; readonly clockAheadMs: number | null }): readonly string[] {
  if (clockAheadMs === null || Math.abs(clockAheadMs) <= issuerClockLeewayMs) return [];
  const seconds = Math.abs(clockAheadMs) / 1000;
  return [`The clock of ${whose} is ${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} that of this process: tokens may be refused.`];
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
