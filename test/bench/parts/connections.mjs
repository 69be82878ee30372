// The job over more and more connections.
import { print } from '../../../scripts/bench/print.mjs';
import { measureSideBySide } from '../measure.mjs';
import { plotLogarithmic } from '../plot.mjs';
import { tabulateContenders } from '../tables.mjs';
import { readCalls } from '../world.mjs';

const counts = [8, 32, 128, 256];
const names = ['naive', 'mercurius + JIT, 1 s cache', 'Tributary anew, memory, keys', 'Tributary aged, memory, keys'];

export const connections = {
  title: 'More connections',
  async measure({ world, isNamed, ...options }) {
    await readCalls(world.planes, { latencyMs: 0, change: 'never' });
    const running = world.running.filter(({ name }) => isNamed || names.includes(name));
    const results = [];
    for (const count of counts) {
      print(`${count} connections ...`);
      results.push({ count, rows: await measureSideBySide(running, { ...options, planes: world.planes, connections: count }) });
    }
    return results;
  },
  plot: (results) =>
    plotLogarithmic({
      title: 'The 99th percentile of the latency against connections',
      xLabel: 'connections',
      yLabel: 'p99 ms',
      series: results[0].rows.map(({ name }, index) => ({ name, points: results.map(({ count, rows }) => [count, rows[index].p99Ms]) })),
    }),
  describe: (results) => results.map(({ count, rows }) => `### ${count} connections\n\n${tabulateContenders(rows)}`).join('\n\n'),
};
