/**
 * Prints how long operations take while a plane is dead, or has more to do than it can: `npm run promises:bench`. It needs dist (the
 * script builds it), starts gateways in front of simulated planes in processes of their own, and measures over HTTP on loopback. A figure
 * depends on the machine, and on what else it does; beside each one is what the same machine took for a server that does nothing.
 * Words behind it choose parts: blackhole, neighbours.
 */
import { blackhole } from './promises-bench/blackhole.mjs';
import { neighbours } from './promises-bench/neighbours.mjs';

const parts = { blackhole, neighbours };
const chosen = process.argv.slice(2);

for (const [name, measure] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await measure();
