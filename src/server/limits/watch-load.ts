import type { FastifyInstance } from 'fastify';

import type { LoadGauge } from './load-gauge.js';
import type { Probes } from './process-probes.js';

/** Looks at the process once a second, as long as the app is open. */
export function watchLoad(app: FastifyInstance, gauge: LoadGauge, probes: Probes): void {
  const looks = setInterval(() => gauge.look(), 1_000).unref();
  app.addHook('onClose', async () => {
    clearInterval(looks);
    probes.stop();
  });
}
