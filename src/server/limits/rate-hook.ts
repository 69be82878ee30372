import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import type { RateLimiter } from '../../task/act/rate-limiter.js';
import { RateLimitedError } from '../../task/error/rate-limited-error.js';
import { refusal } from '../refusal.js';

/** Refuses, before its body is read, an operation that comes too soon after the others of its caller. Null: it is no operation. */
export function rateHook(operations: RateLimiter, keyOf: (request: FastifyRequest) => string | null): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const key = keyOf(request);
    const waitMs = key === null ? 0 : operations.take(key, 1);
    if (waitMs === 0) return;
    const { message, code, retryAfterMs } = new RateLimitedError('operationsPerSecond', waitMs);
    return reply
      .code(429)
      .header('retry-after', retryAfterSeconds(retryAfterMs))
      .send(refusal(message, code, retryAfterMs));
  };
}

/** As the header has it. */
function retryAfterSeconds(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}
