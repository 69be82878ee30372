import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';

import { isJsonObject } from '../../task/scalars/json-object.js';
import { refusal } from '../refusal.js';
import type { ShapeGuard } from './shape-guard.js';

/** Refuses, for a route of HTTP, a document that is too much. What is no document is for the handler to refuse. */
export function shapeHook(guard: ShapeGuard): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    for (const { query, operationName } of documentsOf(request)) {
      const excess = guard.excess(query, operationName);
      if (excess !== null) return reply.code(400).send(refusal(excess, 'LIMIT_EXCEEDED'));
    }
  };
}

interface NamedDocument {
  readonly query: string;
  readonly operationName: string | null;
}

/** A URL may name several; which one counts is for the handler to say. */
function documentsOf({ method, url, body }: FastifyRequest): readonly NamedDocument[] {
  if (method === 'GET') {
    const start = url.indexOf('?');
    const parameters = new URLSearchParams(start === -1 ? '' : url.slice(start));
    return parameters.getAll('query').map((query) => ({ query, operationName: parameters.get('operationName') }));
  }
  if (!isJsonObject(body) || typeof body['query'] !== 'string') return [];
  const { query, operationName } = body;
  return [{ query, operationName: typeof operationName === 'string' ? operationName : null }];
}
