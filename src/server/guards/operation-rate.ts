import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

import type { RateLimiter } from '../../lib/rate-limiter.js';
import { RateLimitedError } from '../../model/errors.js';
import type { Session } from '../authentication/session.js';
import { errorResponse } from '../http-error-responses.js';

/** Refuses, before its body is read, an operation that comes too soon after the others of its caller. Null: it is no operation. */
export function limitOperationRate(operations: RateLimiter, keyOf: (request: FastifyRequest) => string | null): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const key = keyOf(request);
    const waitMs = key === null ? 0 : operations.take(key, 1);
    if (waitMs === 0) return;
    const { message, code, retryAfterMs } = new RateLimitedError('operationsPerSecond', waitMs);
    return reply
      .code(429)
      .header('retry-after', retryAfterSeconds(retryAfterMs))
      .send(errorResponse(message, code, retryAfterMs));
  };
}

/** As the header has it. */
function retryAfterSeconds(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}

/** Whose limits a request counts against: those of the caller, or of the address where nobody is asked who they are. */
export function callerKey(session: Session, address: string): string {
  return session.isAnonymous ? `address:${address}` : `caller:${session.id}`;
}
