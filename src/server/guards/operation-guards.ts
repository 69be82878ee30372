import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, GraphQLError, OperationTypeNode, parse } from 'graphql';

import { LimitExceededError, TributaryError } from '../../model/errors.js';
import { isJsonObject, type JsonObject, parseJson } from '../../model/scalars.js';
import { sendRefusal } from '../http-error-responses.js';
import { findSession } from './authentication-guard.js';
import type { GuardOutcome, RouteGuard } from './guard.js';
import { findJsonExcess } from './json-body.js';
import type { AdmittedDocument, OperationAdmission, OperationParameters } from './operation-admission.js';
import { RepeatedTexts } from './repeated-texts.js';
import { PersistedQueryError, readClientName } from './trusted-documents.js';

/** An operation that passed the guards of its route. */
export interface AdmittedOperation extends AdmittedDocument {
  readonly parameters: OperationParameters;
  /** Whether the client has to send a text with its id, which the handler answers; the document is empty then. */
  readonly lacksText: boolean;
}

const operationDecorator = Symbol('operation');

/** Declares the operation on every request, as Fastify demands. Call it once, before the routes are added. */
export function decorateWithOperation(app: FastifyInstance): void {
  app.decorateRequest(operationDecorator, null);
}

/** The operation of a request that passed `createDocumentGuard`; null where the request has no parameters at all. */
export function getOperation(request: FastifyRequest): AdmittedOperation | null {
  return request.getDecorator<AdmittedOperation | null>(operationDecorator);
}

/** Refuses an operation by its caller, before its body is read. A request for the page is no operation. */
export function createCallerGuard(admission: OperationAdmission): RouteGuard {
  return {
    name: 'caller',
    stage: 'onRequest',
    refuses: ['429 RATE_LIMITED'],
    check(request, reply) {
      const session = findSession(request);
      if (session === null) return 'passed';
      return refuseIfThrown(reply, () => admission.checkCaller({ limitKey: session.limitKey, subscriptionsOnSocket: null }));
    },
  };
}

interface DocumentGuardOptions {
  /** Whether the handler answers that a persisted query is not known: clients of an event stream expect that as an event. */
  readonly handlerRefuses: (request: FastifyRequest) => boolean;
}

/** Refuses documents that are not trusted or too large, and puts the text of a document in the place of its id. */
export function createDocumentGuard(admission: OperationAdmission, { handlerRefuses }: DocumentGuardOptions): RouteGuard {
  const urls = new RepeatedTexts();
  return {
    name: 'document',
    stage: 'preHandler',
    refuses: ['400 PERSISTED_QUERY_NOT_FOUND', '200 PERSISTED_QUERY_NOT_FOUND', '200 PERSISTED_QUERY_NOT_SUPPORTED', '400 LIMIT_EXCEEDED'],
    check(request, reply) {
      return refuseIfThrown(reply, () => {
        const parameters = readParameters(request, urls);
        // What is no operation is refused by the handler.
        if (parameters === null) return;
        const admit = (document: AdmittedDocument, lacksText: boolean): void =>
          request.setDecorator(operationDecorator, { ...document, parameters, lacksText });
        try {
          const document = admission.checkDocument(parameters, readClientName(request.headers));
          if (document.hasId) replaceDocument(request, parameters, document.query);
          admit(document, false);
        } catch (error) {
          if (!(error instanceof PersistedQueryError)) throw error;
          // No cache may keep it for a client that will send the text.
          reply.header('cache-control', 'no-store');
          if (!handlerRefuses(request)) throw error;
          admit({ query: '', hasId: true, document: null, onExecuted: () => undefined }, true);
        }
      });
    },
  };
}

/** Whether the operation that a request names is a subscription. */
export function isSubscriptionRequest(request: FastifyRequest): boolean {
  const operation = getOperation(request);
  // Cheap, and true for few others: documents that were admitted before are not parsed any more.
  if (operation === null || !operation.query.includes('subscription')) return false;
  const { operationName } = operation.parameters;
  try {
    const document = operation.document ?? parse(operation.query);
    const name = typeof operationName === 'string' ? operationName : undefined;
    return getOperationAST(document, name)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}

function refuseIfThrown(reply: FastifyReply, check: () => void): GuardOutcome {
  try {
    check();
    return 'passed';
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    void sendRefusal(reply, error);
    return 'ended';
  }
}

/**
 * The parameters of an operation; null for a body that is no object. Those of a GET are read from the URL as Apollo Server reads them:
 * Fastify's own parser treats malformed UTF-8 and a fragment otherwise, and the guards must see the text that is executed. A parameter
 * that is sent more than once becomes a list, which every handler refuses.
 */
export function readParameters(
  { method, url, body }: Pick<FastifyRequest, 'method' | 'url' | 'body'>,
  urls: RepeatedTexts,
): JsonObject | null {
  if (method !== 'GET') return isJsonObject(body) ? body : null;
  const known = urls.find(url);
  if (isJsonObject(known)) return known;
  const { searchParams } = new URL(url, 'http://gateway');
  const values = new Map<string, string[]>();
  // `getAll` of each name would take time that grows with the square of their number.
  for (const [name, value] of searchParams) {
    const sent = values.get(name);
    if (sent === undefined) values.set(name, [value]);
    else sent.push(value);
  }
  const parameters = Object.fromEntries(Array.from(values, ([name, sent]): [string, unknown] => [name, readParameter(name, sent)]));
  urls.add(url, parameters);
  return parameters;
}

/** @throws LimitExceededError for JSON that would be refused in a body. */
function readParameter(name: string, values: readonly string[]): unknown {
  const [value = ''] = values;
  if (values.length > 1) return values;
  const excess = name === 'variables' || name === 'extensions' ? findJsonExcess(value, `the parameter ${name}`) : null;
  if (excess !== null) throw new LimitExceededError(excess);
  // Extensions that are no JSON name no document; the handler refuses them.
  return name === 'extensions' ? parseJson(value) : value;
}

/** The id is removed: Apollo Server would take it for the id of an automatic persisted query, and refuse it. */
function replaceDocument(
  request: FastifyRequest,
  { documentId: _id, extensions: _extensions, ...others }: JsonObject,
  query: string,
): void {
  if (request.method !== 'GET') {
    request.body = { ...others, query };
    return;
  }
  const { searchParams } = new URL(request.url, 'http://gateway');
  for (const name of ['documentId', 'extensions']) searchParams.delete(name);
  searchParams.set('query', query);
  request.raw.url = `${request.url.split('?')[0]}?${searchParams.toString()}`;
}
