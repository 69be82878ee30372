// What a start costs until the gateway is ready, beside a process that only loads the libraries which such a server has.
import { quantile } from '../../../scripts/bench/quantile.mjs';
import { contenders } from '../contenders.mjs';
import { readUsage, startScript } from '../processes.mjs';
import { buildTable, digits } from '../tables.mjs';

const rounds = 5;

export const start = {
  title: 'Start to ready',
  async measure({ node }) {
    const planes = await startScript('planes.mjs', [{ count: 100 }], { core: 'other' });
    const starts = {
      'Tributary, memory, keys': () => contenders['Tributary aged, memory, keys'].start({ ...planes.started, token: 'start' }, { node }),
      'Tributary, SQLite, keys': () => contenders['Tributary aged, SQLite, keys'].start({ ...planes.started, token: 'start' }, { node }),
      'bare imports': () => startScript('bare-imports.mjs', [], { core: 'server', node }),
    };
    const rows = Object.keys(starts).map((name) => ({ name, cpu: [], wall: [] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const row of rows) {
        const startedAt = performance.now();
        const server = await starts[row.name]();
        row.wall.push(performance.now() - startedAt);
        row.cpu.push(readUsage(server.pid).cpuMs);
        await server.kill();
      }
    }
    await planes.kill();
    return rows.map(({ name, cpu, wall }) => ({ name, cpuMs: Math.min(...cpu), wallMs: quantile(wall, 0.5) }));
  },
  describe(rows) {
    const bare = rows.at(-1);
    return buildTable(
      ['', 'CPU ms, best of 5', '× bare imports', 'ms, median of 5'],
      rows.map(({ name, cpuMs, wallMs }) => [name, digits(cpuMs), digits(cpuMs / bare.cpuMs), digits(wallMs)]),
    );
  },
};
