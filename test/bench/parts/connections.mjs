// The job over more and more connections.
import { measureSideBySide } from '../measure.mjs';
import { tabulateContenders } from '../tables.mjs';
import { readCalls } from '../world.mjs';

const counts = [8, 32, 128, 256];
const names = ['naive', 'mercurius + JIT, 1 s cache', 'Tributary anew, memory, keys', 'Tributary aged, memory, keys'];

export const connections = {
  title: 'More connections',
  async measure({ world, ...options }) {
    await readCalls(world.planes, { latencyMs: 0, change: 'never' });
    const running = world.running.filter(({ name }) => names.includes(name));
    const results = [];
    for (const count of counts) {
      results.push({ count, rows: await measureSideBySide(running, { ...options, planes: world.planes, connections: count }) });
    }
    return results;
  },
  describe: (results) => results.map(({ count, rows }) => `### ${count} connections\n\n${tabulateContenders(rows)}`).join('\n\n'),
};
