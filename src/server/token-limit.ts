import type { preHandlerAsyncHookHandler } from 'fastify';
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';

import { isJsonObject } from '../task/scalars/json-object.js';
import { refusal } from './refusal.js';

/**
 * Refuses a document with more tokens than `maxTokens` before it is parsed; 0 is no limit. Comments are no tokens. Reading
 * stops at the limit, and at what is no token: what is wrong with the syntax is for the parser to say.
 */
export function tokenLimit(maxTokens: number): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const documents = request.method === 'GET' ? parameters(request.url).getAll('query') : [queryOf(request.body)];
    if (maxTokens === 0 || !documents.some((text) => hasMoreTokens(text, maxTokens))) return;
    return reply.code(400).send(refusal('The document has more tokens than limits.tokens allows.', 'LIMIT_EXCEEDED'));
  };
}

/** As Apollo reads them. */
function parameters(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start));
}

function queryOf(body: unknown): string {
  const query = isJsonObject(body) ? body['query'] : undefined;
  return typeof query === 'string' ? query : '';
}

function hasMoreTokens(text: string, limit: number): boolean {
  // A token has at least one character.
  if (text.length <= limit) return false;
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; count <= limit; count++) if (lexer.advance().kind === TokenKind.EOF) return false;
    return true;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}
