import type { FastifyInstance } from 'fastify';

import { LoadGauge } from './load-gauge.js';
import { loadLimits } from './load-limits.js';
import type { Probes } from './process-probes.js';

/** Looks at the process once a second, as long as the app is open. */
export function watchLoad(app: FastifyInstance, probes: Probes): LoadGauge {
  const gauge = new LoadGauge(loadLimits, probes);
  const looks = setInterval(() => gauge.look(), 1_000).unref();
  app.addHook('onClose', async () => {
    clearInterval(looks);
    probes.stop();
  });
  return gauge;
}
