import type { onRequestAsyncHookHandler } from 'fastify';

import type { Exchanges } from './exchanges.js';
import type { LoadGauge } from './load-gauge.js';

/** Counts a request as under way until it is answered, or its client is gone. */
export function countUnderWay(gauge: LoadGauge, exchanges: Exchanges): onRequestAsyncHookHandler {
  return async (request, reply) => exchanges.whenOver(request.raw, reply.raw, gauge.enter());
}
