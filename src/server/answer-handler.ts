import { hash } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AnswerableRequest, Answers } from '../answers/answers.js';
import type { Answer } from '../answers/kept-answer.js';
import type { OperationContext } from '../gateway/operation-context.js';
import type { GraphqlHandler } from './apollo-server.js';
import { addVaryingHeaders, compressOnce } from './compression.js';
import { computeEntityTag, matchesEntityTag } from './entity-tags.js';
import { getSession } from './guards/authentication-guard.js';
import type { OperationParameters } from './guards/operation-admission.js';
import { type AdmittedOperation, getOperation } from './guards/operation-guards.js';
import { findArrival } from './guards/scheduling-queue.js';

/** By request: the operation that has read what an earlier one had read, and is executed now. */
const prepared = new WeakMap<FastifyRequest, OperationContext>();

/** The operation with which a request is to be executed, where it has begun to read already; else undefined. */
export function findPreparedOperation(request: FastifyRequest): OperationContext | undefined {
  return prepared.get(request);
}

/**
 * Answers requests that have passed every guard: with the bytes of an earlier answer where they are the same, else by executing them.
 * Queries over GET get a validator, so that a client that has the answer already is told so with 304. Null: no answers are kept.
 */
export function createAnswerHandler(answers: Answers | null, execute: GraphqlHandler): GraphqlHandler {
  return (request, reply) => {
    const operation = getOperation(request);
    if (answers === null || operation === null || operation.lacksText || answers.isNeverKept(operation.query))
      return executeOnce(request, reply, execute);
    const answerable = describeRequest(request, operation);
    if (answerable === null) return executeOnce(request, reply, execute);
    const current = answers.findCurrent(answerable);
    if (current === null) return reuseOrExecute(request, reply, { answers, answerable, execute });
    sendKept(request, reply, current);
    // A reply that is returned would be awaited.
    return undefined;
  };
}

interface ReuseOptions {
  readonly answers: Answers;
  readonly answerable: AnswerableRequest;
  readonly execute: GraphqlHandler;
}

async function reuseOrExecute(
  request: FastifyRequest,
  reply: FastifyReply,
  { answers, answerable, execute }: ReuseOptions,
): Promise<unknown> {
  const reuse = await answers.reuse(answerable);
  if (reuse.kind === 'kept') return sendKept(request, reply, reuse.answer);
  prepared.set(request, reuse.operation);
  let create: (() => Answer) | null = null;
  try {
    const body = await execute(request, reply);
    if (isSuccess(reply, body)) {
      const contentType = String(reply.getHeader('content-type'));
      create = () => createAnswer(body, contentType);
    }
    return addValidator(request, reply, body);
  } finally {
    reuse.finish(create);
  }
}

async function executeOnce(request: FastifyRequest, reply: FastifyReply, execute: GraphqlHandler): Promise<unknown> {
  return addValidator(request, reply, await execute(request, reply));
}

/**
 * Requests with one key are alike in all that Apollo Server looks at, so that the decision which it made for the first of them holds for
 * the others: method, media types, the headers against forged requests, document, variables and other parameters. `rightsKey` covers the
 * right to read the schema. Null: no other request is known to be equal.
 */
function describeRequest(request: FastifyRequest, { query, hasId, parameters }: AdmittedOperation): AnswerableRequest | null {
  const { method, headers } = request;
  const digest = digestParameters(parameters);
  if (digest === null) return null;
  const caller = getSession(request);
  const head = `${method}\n${headers.accept ?? ''}\n${headers['content-type'] ?? ''}\n${caller.rightsKey}`;
  const preflight = `${Boolean(headers['x-apollo-operation-name'])} ${Boolean(headers['apollo-require-preflight'])}`;
  // The text that belongs to an id may be another one after a change of the manifest.
  const document = hasId ? hash('sha256', query, 'base64url') : '';
  return { key: `${head}\n${preflight}\n${document}\n${digest}`, document: query, arrivedAt: findArrival(request), caller };
}

/** By parameters that many requests share. */
const digests = new WeakMap<OperationParameters, string | null>();

/**
 * Equal for equal parameters alone; null where that cannot be said. Those of a request that comes again and again are one frozen object
 * (see RepeatedTexts).
 */
function digestParameters(parameters: OperationParameters): string | null {
  const known = digests.get(parameters);
  if (known !== undefined) return known;
  const text = JSON.stringify(parameters);
  const digest = text.includes('null') && hasInfinity(parameters) ? null : hash('sha256', text, 'base64url');
  if (Object.isFrozen(parameters)) digests.set(parameters, digest);
  return digest;
}

/** Whether it has a number that was too large for JavaScript, such as 1e400: JSON.stringify writes it as null. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity);
}

function createAnswer(text: string, contentType: string): Answer {
  const body = Buffer.from(text);
  compressOnce(body);
  return { body, contentType };
}

/** Whether a query succeeded in every part; errors come first in a response. */
function isSuccess(reply: FastifyReply, body: unknown): body is string {
  return reply.statusCode === 200 && typeof body === 'string' && body.startsWith('{"data":{');
}

function sendKept(request: FastifyRequest, reply: FastifyReply, { body, contentType }: Answer): FastifyReply {
  getOperation(request)?.onExecuted();
  reply.header('content-type', contentType);
  if (request.method === 'GET' && isKnown(request, reply, body)) return sendNotModified(reply);
  return reply.send(body);
}

function addValidator(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  // Apollo Server executes queries only over GET.
  if (request.method !== 'GET' || !isSuccess(reply, body)) return body;
  return isKnown(request, reply, body) ? sendNotModified(reply) : body;
}

/** What the answer depends on besides the URL: the encoding as well, also where there is nothing to compress. */
const varyingHeaders = ['accept', 'authorization', 'accept-encoding'];

/** Adds what lets a client use its copy of the answer again; returns whether it has this very answer. */
function isKnown(request: FastifyRequest, reply: FastifyReply, body: string | Buffer): boolean {
  const tag = computeEntityTag(String(reply.getHeader('content-type')), body);
  // Only the caller's own client may store it, and it asks each time whether it is still right.
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache' });
  addVaryingHeaders(reply, varyingHeaders);
  return matchesEntityTag(request.headers['if-none-match'], tag);
}

function sendNotModified(reply: FastifyReply): FastifyReply {
  return reply.code(304).removeHeader('content-type').send();
}
