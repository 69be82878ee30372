/**
 * Compares Tributary with what a team would write or run instead: npm run bench.
 *
 * --verify        only checks that the contenders give the same data with the expected number of calls
 * --part a,b      measures only these parts
 * --only REGEX    starts only the contenders whose name matches
 * --seconds N     how long one measurement takes; 1 by default
 */
import process from 'node:process';
import { parseArgs } from 'node:util';

import { format } from 'prettier';

import { print } from '../../scripts/bench/print.mjs';
import { buildNaive } from './contenders/build.mjs';
import { contenders } from './contenders.mjs';
import { connections } from './parts/connections.mjs';
import { jobParts } from './parts/job.mjs';
import { startScript } from './processes.mjs';
import { verifyContenders } from './verify.mjs';
import { isInstalled, withContenders } from './world.mjs';

/** Parts that measure the contenders side by side, in one world. */
const sideBySide = { ...jobParts, connections };
const parts = { ...sideBySide };

const { values } = parseArgs({
  options: {
    verify: { type: 'boolean', default: false },
    part: { type: 'string', default: Object.keys(parts).join(',') },
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '1' },
  },
});
const seconds = Number(values.seconds);
const chosenParts = values.part.split(',');
for (const name of chosenParts) {
  if (parts[name] === undefined) throw new Error(`There is no part ${name}, only ${Object.keys(parts).join(', ')}.`);
}
const pattern = new RegExp(values.only, 'i');
const chosen = Object.fromEntries(
  Object.entries(contenders).filter(([name, contender]) => pattern.test(name) && (isInstalled || !contender.isInstalled)),
);

if (isInstalled) buildNaive();
await withContenders({ chosen, onAbsent: (name, reason) => print(`${name} did not start: ${reason.trim()}`) }, async (world) => {
  for (const { name, gives, calls } of await verifyContenders(world)) {
    print(`${name}: the same ${gives === 'data' ? 'data' : 'tasks'}, ${calls.join(' and ')} calls for 1 and 10 operations`);
  }
  if (values.verify) return;
  const load = await startScript('load.mjs', [], { core: 'other' });
  for (const name of chosenParts.filter((part) => sideBySide[part] !== undefined)) {
    const { title, measure, describe } = parts[name];
    print(`\n${title}\n`);
    print(await format(describe(await measure({ world, load, seconds })), { parser: 'markdown' }));
  }
  await load.kill();
});
process.exitCode = 0;
