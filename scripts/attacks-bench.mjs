/**
 * Prints how long attacks take: `npm run attacks:bench`. It needs dist (the script builds it), starts gateways in front of simulated
 * planes in processes of their own, and measures over HTTP on loopback. A figure depends on the machine, and on what else it does;
 * the goals are in the tables. Words behind it choose parts: refusals, idle, oracles, overload.
 */
import { idleConnections } from './attacks-bench/idle-connections.mjs';
import { oracles } from './attacks-bench/oracles.mjs';
import { overload } from './attacks-bench/overload.mjs';
import { refusals } from './attacks-bench/refusals.mjs';

const parts = { refusals, idle: idleConnections, oracles, overload };
const chosen = process.argv.slice(2);

for (const [name, measure] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await measure();
