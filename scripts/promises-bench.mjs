/**
 * Measures how long operations take while a plane is unreachable or overloaded: `npm run promises:bench`. Gateways in front of
 * simulated planes run in child processes and are measured over HTTP on loopback. The figures depend on the machine and its load; each
 * table therefore shows an empty HTTP server for comparison. Arguments select parts: waiting, blackhole, neighbours.
 */
import { blackhole } from './promises-bench/blackhole.mjs';
import { neighbours } from './promises-bench/neighbours.mjs';
import { waiting } from './promises-bench/waiting.mjs';

const parts = { waiting, blackhole, neighbours };
const chosen = process.argv.slice(2);

for (const [name, measure] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await measure();
