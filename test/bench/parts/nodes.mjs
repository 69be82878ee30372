// The job on each version of Node.
import process from 'node:process';
import { spawnSync } from 'node:child_process';

import { contenders } from '../contenders.mjs';
import { measureSideBySide } from '../measure.mjs';
import { tabulateContenders } from '../tables.mjs';
import { isInstalled, withContenders } from '../world.mjs';

const names = ['naive', 'floor (bare proxy)', 'mercurius + JIT, 1 s cache', 'Tributary anew, memory, keys', 'Tributary aged, memory, keys'];

export const nodes = {
  title: 'Each Node',
  /** TRIBUTARY_NODES has the paths of programs, with colons between them; without it there is only the one that runs this. */
  async measure(options) {
    const programs = process.env.TRIBUTARY_NODES?.split(':') ?? [process.execPath];
    const chosen = Object.fromEntries(
      names.filter((name) => isInstalled || !contenders[name].isInstalled).map((name) => [name, contenders[name]]),
    );
    const results = [];
    for (const node of programs) {
      const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
      const rows = await withContenders({ chosen, node }, ({ planes, running }) =>
        measureSideBySide(running, { ...options, planes, connections: 8 }),
      );
      results.push({ version, rows });
    }
    return results;
  },
  describe: (results) => results.map(({ version, rows }) => `### Node ${version}\n\n${tabulateContenders(rows)}`).join('\n\n'),
};
