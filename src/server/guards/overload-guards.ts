import type { IncomingMessage } from 'node:http';

import type { InFlightRequests } from '../http-connections.js';
import { errorResponse, errorStatuses, formatRetryAfter } from '../http-error-responses.js';
import { type ConcurrencyLimit, OverloadedError } from './concurrency-limit.js';
import type { ListenerGuard, RouteGuard } from './guards.js';
import type { SchedulingQueue } from './scheduling-queue.js';

interface OverloadOptions {
  /** Paths that are always answered. */
  readonly exemptPaths: readonly string[];
  /** Origins whose pages may see the answer. */
  readonly cors: readonly string[];
}

/**
 * Refuses requests while the gateway is overloaded, before anything of them is read: a refusal must cost next to nothing, or the gateway
 * would do nothing but refuse. Preflight requests of browsers are answered, so that a page can see why its request was refused.
 */
export function createOverloadGuard(concurrency: ConcurrencyLimit, { exemptPaths, cors }: OverloadOptions): ListenerGuard {
  const isExempt = ({ method, url = '' }: IncomingMessage): boolean =>
    method === 'OPTIONS' || exemptPaths.includes(url.split('?', 1)[0] ?? '');
  const refusal = new OverloadedError(concurrency.retryAfterMs);
  // As a string, Node sends it in one packet with the headers.
  const body = JSON.stringify(errorResponse(refusal));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': formatRetryAfter(refusal.retryAfterMs),
    'x-content-type-options': 'nosniff',
    ...(cors.length > 0 && { vary: 'Origin' }),
  };
  return {
    name: 'overload',
    refuses: ['503 OVERLOADED'],
    wrap: (listener) => (request, response) => {
      if (concurrency.hasCapacity || isExempt(request)) return listener(request, response);
      const { origin } = request.headers;
      const isAllowed = origin !== undefined && cors.includes(origin);
      response.writeHead(errorStatuses.OVERLOADED, isAllowed ? { ...headers, 'access-control-allow-origin': origin } : headers);
      response.end(body);
    },
  };
}

/** Counts a request as in flight until it is answered, or its client is gone. */
export function createInFlightCounter(concurrency: ConcurrencyLimit, inFlight: InFlightRequests): RouteGuard {
  return {
    name: 'in-flight counter',
    stage: 'onRequest',
    refuses: [],
    check: async (request, reply) => inFlight.onceFinished(request.raw, reply.raw, concurrency.acquire()),
  };
}

/** Starts an operation when its turn comes; one whose client is gone by then goes no further. */
export function createSchedulingGuard(queue: SchedulingQueue): RouteGuard {
  return {
    name: 'scheduling queue',
    stage: 'onRequest',
    refuses: [],
    async check(request, reply) {
      await queue.wait();
      if (reply.raw.destroyed || request.raw.socket.destroyed) return reply.hijack();
    },
  };
}
