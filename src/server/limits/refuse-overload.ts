import type { onRequestAsyncHookHandler } from 'fastify';

import { refusal } from '../refusal.js';
import type { LoadGauge } from './load-gauge.js';
import { OverloadedError } from './overloaded-error.js';

/** Refuses an operation that the process cannot bear, before anything of it is looked at. */
export function refuseOverload(gauge: LoadGauge): onRequestAsyncHookHandler {
  return async (_request, reply) => {
    if (gauge.waitMs === 0) return;
    const { message, code, retryAfterMs } = new OverloadedError(gauge.waitMs);
    return reply
      .code(503)
      .header('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
      .send(refusal(message, code, retryAfterMs));
  };
}
