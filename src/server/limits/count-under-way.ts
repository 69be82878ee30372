import type { onRequestAsyncHookHandler } from 'fastify';

import type { LoadGauge } from './load-gauge.js';

/** Counts a request as under way until it is answered, or its client is gone. */
export function countUnderWay(gauge: LoadGauge): onRequestAsyncHookHandler {
  return async (_request, { raw }) => void raw.once('close', gauge.enter());
}
