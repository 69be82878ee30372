/**
 * Compares Tributary with what a team would write or run instead: npm run bench. Without options it measures everything and writes
 * docs/benchmarks.md.
 *
 * --verify        only checks that the contenders give the same data with the expected number of calls
 * --part a,b      measures only these parts, and writes nothing
 * --only REGEX    starts only the contenders whose name matches, and writes nothing
 * --write         merges the results of --part into the document
 * --seconds N     how long one measurement takes; 1 by default
 *
 * TRIBUTARY_NODES has the programs of the part "nodes", with colons between them.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';

import { format } from 'prettier';

import { print } from '../../scripts/bench/print.mjs';
import { buildNaive } from './contenders/build.mjs';
import { contenders } from './contenders.mjs';
import { connections } from './parts/connections.mjs';
import { growthParts } from './parts/growth.mjs';
import { jobParts } from './parts/job.mjs';
import { latency } from './parts/latency.mjs';
import { nodes } from './parts/nodes.mjs';
import { overload } from './parts/overload.mjs';
import { start } from './parts/start.mjs';
import { subscribers } from './parts/subscribers.mjs';
import { startScript } from './processes.mjs';
import { writeReport } from './report.mjs';
import { describeVerified, verifyContenders } from './verify.mjs';
import { isInstalled, withContenders } from './world.mjs';

/** Parts that measure all contenders side by side, in one world; the others start what they measure. */
const sideBySide = { ...jobParts, latency, connections };
const parts = { ...sideBySide, ...growthParts, overload, subscribers, start, nodes };

const { values } = parseArgs({
  options: {
    verify: { type: 'boolean', default: false },
    part: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '1' },
  },
});
const chosenParts = values.part?.split(',') ?? Object.keys(parts);
const unknown = chosenParts.filter((name) => parts[name] === undefined);
if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}, only ${Object.keys(parts).join(', ')}.`);
const isWhole = values.part === undefined && values.only === undefined;

const measured = { verified: [], absent: [], parts: {} };
const load = await startScript('load.mjs', [], { core: 'other' });
const options = { load, seconds: Number(values.seconds), isNamed: values.only !== undefined };
if (values.verify || chosenParts.some((name) => sideBySide[name] !== undefined)) await measureContenders();
if (!values.verify) for (const name of chosenParts.filter((part) => sideBySide[part] === undefined)) await measurePart(name, options);
await load.kill();
if (!values.verify && (isWhole || (values.write && values.only === undefined))) print(`Written: ${await writeReport(parts, measured)}`);

/** Starts the chosen contenders, compares what they give, and measures them side by side. */
async function measureContenders() {
  if (isInstalled) buildNaive();
  const pattern = new RegExp(values.only ?? '', 'i');
  const chosen = Object.entries(contenders).filter(([name, contender]) => pattern.test(name) && (isInstalled || !contender.isInstalled));
  const onAbsent = (name, reason) => {
    measured.absent.push({ name, reason: reason.trim().split('\n')[0] });
    print(`${name} did not start: ${reason.trim()}`);
  };
  await withContenders({ chosen: Object.fromEntries(chosen), onAbsent }, async (world) => {
    measured.verified = await verifyContenders(world);
    print(measured.verified.map(describeVerified).join('\n'));
    if (values.verify) return;
    for (const name of chosenParts.filter((part) => sideBySide[part] !== undefined)) await measurePart(name, { ...options, world });
  });
}

/** A part that fails is left out of what is written, and the others are measured none the less. */
async function measurePart(name, partOptions) {
  const { title, measure, describe } = parts[name];
  print(`\n${title}\n`);
  try {
    const results = await measure(partOptions);
    print(await format(describe(results), { parser: 'markdown' }));
    measured.parts[name] = results;
  } catch (error) {
    print(`The part ${name} failed: ${error.stack}`);
    process.exitCode = 1;
  }
}
