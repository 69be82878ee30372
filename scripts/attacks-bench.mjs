/**
 * Measures what attacks cost: `npm run attacks:bench`. Gateways in front of simulated planes run in child processes and are measured
 * over HTTP on loopback. The figures depend on the machine and its load; the goals stand in the printed tables. Arguments select parts:
 * refusals, idle, oracles, overload.
 */
import { hostilePlanes } from './attacks-bench/hostile-planes.mjs';
import { idleConnections } from './attacks-bench/idle-connections.mjs';
import { oracles } from './attacks-bench/oracles.mjs';
import { overload } from './attacks-bench/overload.mjs';
import { refusals } from './attacks-bench/refusals.mjs';

const parts = { refusals, idle: idleConnections, oracles, overload, planes: hostilePlanes };
const chosen = process.argv.slice(2, 3);

for (const [name, measure] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await measure();
