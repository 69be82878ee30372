import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from './page.js';

/** Sends a page, or 304 to who has it already. A browser asks each time, so that a new version is seen at once. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, { html, etag, headers }: Page): FastifyReply {
  reply.headers({ ...headers, 'cache-control': 'no-cache', etag });
  if (hasIt(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(html);
}

/** RFC 9110, section 13.1.2: a list, compared weakly. */
function hasIt(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
