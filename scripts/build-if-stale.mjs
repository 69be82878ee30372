/**
 * Builds dist/ when it is older than what it is built from, and says so on stderr; stdout stays empty, because that of
 * `npm start` is one line of the gateway's own. `--force` builds in any case. A failing build gives its exit code on.
 *
 * "Older" is not decided by comparing times, which a deleted or a restored file escapes: a stamp in dist/ holds a digest of the
 * names, sizes and times of all inputs, and is written only when a build has gone well.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process, { argv, execPath, exit, kill, pid, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const lockFile = join(dist, '.lock');
const inputs = ['src', 'schema/operations', 'schema/schema.graphql', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];
const longestBuildMs = 300_000;
const compiler = join(root, 'node_modules/typescript/bin/tsc');

const isForced = argv.includes('--force');
if (isForced || isStale()) {
  if (isBuilt() && !existsSync(compiler)) {
    stderr.write('dist/ is not of these sources, and the development packages are not installed: it is used as it is.\n');
  } else {
    takeLock();
    // Whoever waited for another builder finds the work done.
    if (isForced || isStale()) buildAll();
  }
}

function buildAll() {
  const digest = digestOf(inputs);
  stderr.write(isBuilt() ? 'The sources have changed: building dist/ ...\n' : 'Building dist/ ...\n');
  const startedAt = performance.now();
  rmSync(stampFile, { force: true });
  const emitted = run(compiler, '-p', 'tsconfig.json', '--listEmittedFiles');
  removeAllBut(new Set([...emitted.matchAll(/^TSFILE: (.*)$/gm)].map(([, file]) => file.trim())));
  run(join(root, 'scripts/build-explorer.mjs'));
  run(join(root, 'scripts/build-introspection.mjs'));
  writeFileSync(stampFile, digest);
  stderr.write(`Built dist/ in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

/** What the program said, for the one that lists files; shown on stderr when it failed, and the end of this process then. */
function run(script, ...args) {
  const { status, stdout, error } = spawnSync(execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout;
  stderr.write(stdout?.replace(/^TSFILE: .*\n/gm, '') ?? '');
  stderr.write(`${relative(root, script)} failed${error === undefined ? '' : `: ${error.message}`}.\n`);
  exit(status ?? 1);
}

/** The compiler never takes back what it once wrote: the output of a deleted source would stay and be imported. */
function removeAllBut(emitted) {
  for (const file of filesBelow(dist)) {
    if (!emitted.has(file) && file !== lockFile && !file.startsWith(join(dist, 'explorer/'))) rmSync(file);
  }
}

function digestOf(paths) {
  const lines = paths
    .flatMap((path) => filesBelow(join(root, path)))
    .sort()
    .map((file) => {
      const { size, mtimeMs } = statSync(file);
      return `${relative(root, file)} ${size} ${mtimeMs}`;
    });
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** The file itself, or all in the folder; none where there is nothing. */
function filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isStale() {
  return !isBuilt() || textOf(stampFile) !== digestOf(inputs);
}

function isBuilt() {
  return ['main.js', 'explorer/explorer.html', 'introspection.json'].every((file) => existsSync(join(dist, file)));
}

/** Waits until nobody else builds, and keeps others out until this process ends. */
function takeLock() {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  try {
    mkdirSync(dist, { recursive: true });
    while (!isTaken()) Atomics.wait(sleeper, 0, 0, 100);
  } catch (error) {
    stderr.write(`dist/ cannot be written: ${error.message}.\n`);
    exit(1);
  }
  process.once('exit', () => rmSync(lockFile, { force: true }));
}

function isTaken() {
  try {
    writeFileSync(lockFile, String(pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAbandoned()) rmSync(lockFile, { force: true });
  return false;
}

/** A builder that was killed leaves its lock behind; its number may go to another process, so that time decides in the end. */
function isAbandoned() {
  const since = statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > longestBuildMs) return true;
  const holder = Number(textOf(lockFile));
  try {
    if (holder > 0) kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
