/**
 * Measures what attacks cost: `npm run attacks:bench`. Gateways in front of simulated planes run in child processes and are measured
 * over HTTP on loopback. The figures depend on the machine and its load; the goals stand in the printed tables. Arguments select parts:
 * refusals, idle, oracles, overload, planes. Further words select the answers of planes whose names contain them.
 */
import { hostilePlanes } from './attacks-bench/hostile-planes.mjs';
import { idleConnections } from './attacks-bench/idle-connections.mjs';
import { oracles } from './attacks-bench/oracles.mjs';
import { overload } from './attacks-bench/overload.mjs';
import { refusals } from './attacks-bench/refusals.mjs';

const parts = { refusals, idle: idleConnections, oracles, overload, planes: hostilePlanes };
const words = process.argv.slice(2);
const chosen = words.filter((word) => word in parts);

for (const [name, measure] of Object.entries(parts))
  if (chosen.length === 0 || chosen.includes(name)) await measure(words.filter((word) => !(word in parts)).join(' '));
