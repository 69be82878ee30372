// Keeps the results in docs/benchmarks/results.json, and writes docs/benchmarks.md and its plots from them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { isPinned } from '../../scripts/bench/child.mjs';
import { tabulateGoals } from './goals.mjs';
import { buildTable } from './tables.mjs';

const document = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const folder = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));
const resultsFile = `${folder}results.json`;

/**
 * Merges `measured` into the stored results and writes everything anew: { verified, absent, parts }, where `parts` has the results by the name of
 * the part. Each file is replaced at once, the document last.
 */
export async function writeReport(parts, measured) {
  mkdirSync(folder, { recursive: true });
  const stored = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : { parts: {} };
  const environment = describeEnvironment();
  const entries = Object.entries(measured.parts).map(([name, results]) => [name, { environment, results }]);
  const merged = { ...stored, ...measured, parts: { ...stored.parts, ...Object.fromEntries(entries) } };
  const plots = [];
  const sections = [];
  for (const [name, { title, intro, describe, plot }] of Object.entries(parts)) {
    const part = merged.parts[name];
    if (part === undefined) continue;
    sections.push(`## ${title}`, ...(intro === undefined ? [] : [intro]), describe(part.results));
    if (part.environment !== environment) sections.push(`Measured on another day: ${part.environment}`);
    if (plot === undefined) continue;
    plots.push([`${folder}${name}.svg`, plot(part.results)]);
    sections.push(`![${title}](benchmarks/${name}.svg)`);
  }
  const results = Object.fromEntries(Object.entries(merged.parts).map(([name, part]) => [name, part.results]));
  const text = [...introduce(merged, environment), '## Goals', tabulateGoals(results), ...sections].join('\n\n');
  const written = await format(text, { ...(await resolveConfig(document)), parser: 'markdown', proseWrap: 'always' });
  replace(resultsFile, `${JSON.stringify(merged, null, 1)}\n`);
  for (const [file, svg] of plots) replace(file, svg);
  replace(document, written);
  return document;
}

function replace(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function describeEnvironment() {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const commit = execFileSync('git', ['log', '-1', '--format=%h'], { cwd: root, encoding: 'utf8' }).trim();
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const pinned = isPinned() ? 'the servers bound to one core, planes and load generator to another' : 'processes not bound to cores';
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, commit ${commit}, Node ${process.versions.node}, ${type()} ${release()}, ${cpus().length} cores of ${model}, ${memory} GiB; ${pinned}.`;
}

function introduce({ verified, absent }, environment) {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(new URL('contenders/package.json', import.meta.url), 'utf8'));
  const versions = Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, version]) => `\`${name}\` ${version}`);
  return [
    '# Benchmarks',
    'How much processor time Tributary needs for an operation, beside what a team would write or run instead. `npm run bench` measures it and ' +
      'writes this page; it takes about ten minutes. Compare the figures of one table: those of two machines, or of two days, differ by a factor ' +
      'of two and more.',
    verified.length === 0 ? 'Nothing has been measured yet.' : `Measured ${environment}`,
    '```sh\nnpm run bench                                                    # everything; writes this page\n' +
      'npm run bench -- --verify                                        # only that all give the same data\n' +
      "npm run bench -- --part job --only 'naive|floor|Tributary'       # one table, to the terminal\n```",
    'The environment variable `TRIBUTARY_NODES` may have the paths of several versions of Node, with colons between them; the part `nodes` ' +
      'measures each.',
    '## What is compared',
    'The job is one operation: 20 Catalog tasks by id, 100 Astra tasks and 100 VCF tasks with three subtasks each, with their names, states, ' +
      'progress, subtasks, warnings and failures. Before anything is measured, every contender has to give the same data, for one operation ' +
      'and for ten at once:',
    describeContenders(verified, absent),
    '_naive_ is the server that a team writes first: Apollo Server, type-graphql, DataLoader and `fetch`. It, graphql-yoga and mercurius have no ' +
      'authentication, limits, retries, freshness, history or partial failures.',
    '_Tailcall_ and the _floor_ do less: they leave fields, statuses and order as the planes send them. The floor has no GraphQL; it asks, ' +
      'parses and serialises.',
    '_ready bytes_ serves the finished answer from memory with `node:http`, and asks nobody.',
    '_Tributary_ runs as `tributary serve` starts it, with limits, metrics and logs on; _keys_ stands for API keys and grants. The caller may ' +
      'send as many operations as the load generator can. _anew_ is `reads.maxAgeMs: 0`, where every operation asks the planes; _aged_ is the ' +
      'default, where data is at most one second old.',
    `Versions: ${versions.join(', ')}.`,
    'CPU is user and system time of the server process for one answer, the best of three rounds that alternate between the contenders. The ' +
      'figures of _stale_ are answers in which a plane had not confirmed a task in time.',
  ];
}

function describeContenders(verified, absent) {
  const rows = verified.map(({ name, gives, calls }) => [name, gives === 'data' ? 'all' : 'ids', ...calls.map(String)]);
  const absentRows = absent.map(({ name, reason }) => [name, `not started: ${reason}`, '', '']);
  return buildTable(['', 'compared', 'requests to the planes for 1 operation', '… for 10 at once'], [...rows, ...absentRows]);
}
