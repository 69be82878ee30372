import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';

import { isJsonObject, type JsonObject } from '../../task/scalars/json-object.js';
import { refusal } from '../refusal.js';
import type { DocumentGuard } from './document-guard.js';
import { clientNameOf } from './client-name.js';
import { wantedDocument } from './wanted-document.js';

/** Puts the text in the place of its id, for all that comes behind, and refuses what the manifest does not allow. */
export function documentHook(guard: DocumentGuard): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const parameters = parametersOf(request);
    if (parameters === null) return;
    const guarded = guard.guard(wantedDocument(parameters), clientNameOf(request.headers));
    if (guarded.phase === 'refused') return reply.code(400).send(refusal(guarded.message, 'PERSISTED_QUERY_NOT_FOUND'));
    if (guarded.phase === 'found') replace(request, parameters, guarded.query);
  };
}

/** Null where they are nothing that names a document. */
function parametersOf({ method, query, body }: FastifyRequest): JsonObject | null {
  const given: unknown = method === 'GET' ? query : body;
  if (!isJsonObject(given)) return null;
  return method === 'GET' ? { ...given, extensions: parsed(given['extensions']) } : given;
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The id goes: Apollo would take it for a query that it should have kept. */
function replace(request: FastifyRequest, { documentId: _id, extensions: _extensions, ...others }: JsonObject, query: string): void {
  if (request.method !== 'GET') {
    request.body = { ...others, query };
    return;
  }
  const given = Object.entries({ ...others, query }).filter((one): one is [string, string] => typeof one[1] === 'string');
  request.query = Object.fromEntries(given);
  request.raw.url = `${request.url.split('?')[0]}?${new URLSearchParams(given).toString()}`;
}
