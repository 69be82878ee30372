import type { IncomingMessage, RequestListener } from 'node:http';

import type { onRequestAsyncHookHandler } from 'fastify';

import { TributaryError } from '../../model/errors.js';
import type { InFlightRequests } from '../http-connections.js';
import { errorResponse } from '../http-error-responses.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';

export interface OverloadOptions {
  /** Paths that are always answered. */
  readonly exemptPaths: readonly string[];
  /** Origins whose pages may see the answer. */
  readonly cors: readonly string[];
}

/**
 * Refuses what the process cannot bear before anything of it is looked at, and before any of the machinery of `handle`: a refusal must
 * cost next to nothing, or refusing would be all that is done. The question of a browser whether it may ask at all is answered.
 */
export function refuseWhenOverloaded(
  handle: RequestListener,
  concurrency: ConcurrencyLimit,
  { exemptPaths: spared, cors }: OverloadOptions,
): RequestListener {
  const isSpared = ({ method, url = '' }: IncomingMessage): boolean => method === 'OPTIONS' || spared.includes(url.split('?', 1)[0] ?? '');
  const { message, code, retryAfterMs } = new OverloadedError(concurrency.retryAfterMs);
  // As a string: Node sends it in one piece with the headers.
  const body = JSON.stringify(errorResponse(message, code, retryAfterMs));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': String(Math.ceil(retryAfterMs / 1_000)),
    'x-content-type-options': 'nosniff',
    ...(cors.length > 0 && { vary: 'Origin' }),
  };
  return (request, response) => {
    if (concurrency.hasCapacity || isSpared(request)) return handle(request, response);
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && cors.includes(origin);
    response.writeHead(503, isAllowed ? { ...headers, 'access-control-allow-origin': origin } : headers);
    response.end(body);
  };
}

/** Thrown for an operation that the process cannot bear now: send it again after `retryAfterMs`. Nothing of it was done. */
export class OverloadedError extends TributaryError {
  override readonly name = 'OverloadedError';
  readonly code = 'OVERLOADED';
  override readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The gateway has more to do than it can bear; nothing of this was done.');
    this.retryAfterMs = retryAfterMs;
  }
}

/** Counts a request as under way until it is answered, or its client is gone. */
export function countInFlight(concurrency: ConcurrencyLimit, inFlight: InFlightRequests): onRequestAsyncHookHandler {
  return async (request, reply) => inFlight.onceFinished(request.raw, reply.raw, concurrency.acquire());
}
