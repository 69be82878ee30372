// The job, as one caller after another asks for it, while the planes behave in different ways.
import { buildVariedJobs } from '../job.mjs';
import { measureSideBySide } from '../measure.mjs';
import { tabulateContenders } from '../tables.mjs';
import { readCalls, toRequest } from '../world.mjs';

/** A part of the benchmark with the job; `planes` says how they behave. */
function scenario(title, planes, { isVaried = false, hasVariants = false } = {}) {
  return {
    title,
    async measure({ world, isNamed, ...options }) {
      await readCalls(world.planes, { latencyMs: 0, change: 'never', ...planes });
      const chosen = world.running.filter(({ isVariant }) => hasVariants || isNamed || !isVariant);
      const running = isVaried ? vary(chosen, world.planes) : chosen;
      return measureSideBySide(running, { ...options, planes: world.planes, connections: 8 });
    },
    describe: tabulateContenders,
  };
}

/** The contenders of which the 1,000 forms of the job can be asked. */
function vary(running, planes) {
  const bodies = buildVariedJobs(planes.started.catalogIds);
  return running
    .filter(({ gives, needsAnswer, revalidates }) => gives === 'data' && !needsAnswer && !revalidates)
    .map((contender) => ({ ...contender, requests: bodies.map((body) => toRequest(contender.url, body, contender.method)) }));
}

export const jobParts = {
  job: scenario('Planes 0 ms away that do not change', {}, { hasVariants: true }),
  changing: scenario('Planes 0 ms away, where something in each list changes before each read of it', { change: 'read' }),
  ticking: scenario('Planes 0 ms away, where something in each list changes every 20 ms', { change: 20 }),
  varied: scenario('Planes 0 ms away that do not change, and 1,000 operations with different variables in turn', {}, { isVaried: true }),
};
