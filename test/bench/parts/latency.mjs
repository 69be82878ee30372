// The job, with planes that are farther and farther away.
import { print } from '../../../scripts/bench/print.mjs';
import { measureSideBySide } from '../measure.mjs';
import { plotLogarithmic } from '../plot.mjs';
import { tabulateContenders } from '../tables.mjs';
import { readCalls } from '../world.mjs';

const latencies = [5, 20, 50];
const names = [
  'naive',
  'mercurius + JIT',
  'floor (bare proxy)',
  'Tailcall',
  'Tributary anew, memory, keys',
  'mercurius + JIT, 1 s cache',
  'Tributary aged, memory, keys',
];

export const latency = {
  title: 'Planes farther away',
  async measure({ world, isNamed, ...options }) {
    const running = world.running.filter(({ name }) => isNamed || names.includes(name));
    const results = [];
    for (const latencyMs of latencies) {
      print(`${latencyMs} ms ...`);
      await readCalls(world.planes, { latencyMs, change: 'never' });
      results.push({ latencyMs, rows: await measureSideBySide(running, { ...options, planes: world.planes, connections: 8 }) });
    }
    return results;
  },
  describe: (results) => results.map(({ latencyMs, rows }) => `### ${latencyMs} ms away\n\n${tabulateContenders(rows)}`).join('\n\n'),
  plot: (results) =>
    plotLogarithmic({
      title: 'Processor time of an operation against the distance of the planes',
      xLabel: 'ms until a plane answers',
      yLabel: 'CPU ms an operation',
      series: results[0].rows.map(({ name }, index) => ({
        name,
        points: results.map(({ latencyMs, rows }) => [latencyMs, rows[index].cpuMs]),
      })),
    }),
};
