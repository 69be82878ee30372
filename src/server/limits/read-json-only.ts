import type { FastifyInstance, FastifyRequest } from 'fastify';

import { BodyError } from './body-error.js';
import { scanJson } from './scan-json.js';

/** Reads bodies as JSON in UTF-8, and as nothing else: no other charset, nothing compressed, nothing that a parser would choke on. */
export function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = isUtf8(request) ? decoded(body) : notUtf8;
    if (typeof text !== 'string') return done(text);
    const excess = scanJson(text);
    if (excess !== null) return done(new BodyError(400, 'LIMIT_EXCEEDED', excess));
    return parse(request, text, done);
  });
  app.addHook('onRequest', async ({ headers }) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') throw compressed;
  });
}

const compressed = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request is not compressed.');
const notUtf8 = new BodyError(415, 'BAD_USER_INPUT', 'The body of a request is in UTF-8.');

function isUtf8({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8' || charset.toLowerCase() === 'utf8';
}

/** What is no UTF-8 is refused, and not made into something that looks like it. */
function decoded(body: Buffer): string | BodyError {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new BodyError(400, 'BAD_USER_INPUT', 'The body of the request is not UTF-8.');
  }
}
