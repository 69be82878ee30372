import type { FastifyInstance } from 'fastify';

import { lineOf } from '../task/audit/audit-link.js';
import type { AuditTrail } from '../task/audit/audit-trail.js';
import type { Entrance } from './authentication/entrance.js';
import { requireSession, sessionOf } from './authentication/require-session.js';
import { refusal } from './refusal.js';

/**
 * `GET /audit?after=POSITION`: up to 1,000 entries of the audit trail behind a position, a line of JSON each, as `tributary audit
 * export` prints them, for callers with the right `audit`.
 */
export function mountAudit(app: FastifyInstance, entrance: Entrance, trail: AuditTrail): void {
  app.get<{ Querystring: { after?: string } }>('/audit', { onRequest: requireSession(entrance) }, async (request, reply) => {
    if (!sessionOf(request).has('audit')) return reply.code(403).send(refusal('You may not read the audit trail.', 'FORBIDDEN'));
    const { after = '0' } = request.query;
    if (!/^\d{1,15}$/.test(after)) return reply.code(400).send(refusal('after is the position of an entry.', 'BAD_USER_INPUT'));
    const links = await trail.read(Number(after));
    return reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .send(links.map((link) => `${lineOf(link)}\n`).join(''));
  });
}
