/**
 * Builds dist/ when it is out of date, and reports it on stderr; stdout stays empty, because `npm start` prints exactly one line of its
 * own there. `--force` always builds. A failing build determines the exit code.
 *
 * Comparing modification times would miss deleted and restored files. Instead, a stamp in dist/ holds a digest of the names, sizes and
 * modification times of all inputs; it is written only after a successful build.
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
    stderr.write('dist/ was built from other sources, and the development packages are not installed: it is used unchanged.\n');
  } else {
    acquireLock();
    // Another process may have built it while this one waited for the lock.
    if (isForced || isStale()) buildAll();
  }
}

function buildAll() {
  const digest = computeDigest(inputs);
  stderr.write(isBuilt() ? 'The sources have changed: building dist/ ...\n' : 'Building dist/ ...\n');
  const startedAt = performance.now();
  rmSync(stampFile, { force: true });
  const emitted = run(compiler, '-p', 'tsconfig.json', '--listEmittedFiles');
  removeAllBut(new Set([...emitted.matchAll(/^TSFILE: (.*)$/gm)].map(([, file]) => file.trim())));
  run(join(root, 'scripts/build-program.mjs'));
  run(join(root, 'scripts/build-explorer.mjs'));
  run(join(root, 'scripts/build-introspection.mjs'));
  run(join(root, 'scripts/build-client-files.mjs'));
  writeFileSync(stampFile, digest);
  stderr.write(`Built dist/ in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

/** Returns the stdout of the program. When it fails, that is printed to stderr and this process exits. */
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

/** The compiler does not delete the output of deleted sources, which could still be imported. */
function removeAllBut(emitted) {
  for (const file of listFiles(dist)) {
    if (!emitted.has(file) && file !== lockFile && !file.startsWith(join(dist, 'explorer/'))) rmSync(file);
  }
}

function computeDigest(paths) {
  const lines = paths
    .flatMap((path) => listFiles(join(root, path)))
    .sort()
    .map((file) => {
      const { size, mtimeMs } = statSync(file);
      return `${relative(root, file)} ${size} ${mtimeMs}`;
    });
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** The file itself, or all files below a folder; empty when nothing exists at the path. */
function listFiles(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isStale() {
  return !isBuilt() || readTextOrNull(stampFile) !== computeDigest(inputs);
}

function isBuilt() {
  return ['main.js', 'explorer/explorer.html', 'introspection.json', 'client/operations.js'].every((file) => existsSync(join(dist, file)));
}

/** Waits for the build lock and holds it until this process exits. */
function acquireLock() {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  try {
    mkdirSync(dist, { recursive: true });
    while (!tryLock()) Atomics.wait(sleeper, 0, 0, 100);
  } catch (error) {
    stderr.write(`dist/ cannot be written: ${error.message}.\n`);
    exit(1);
  }
  process.once('exit', () => rmSync(lockFile, { force: true }));
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAbandoned()) rmSync(lockFile, { force: true });
  return false;
}

/** A killed process leaves its lock file; because its process id may be reused, a lock also expires by age. */
function isAbandoned() {
  const since = statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > longestBuildMs) return true;
  const holder = Number(readTextOrNull(lockFile));
  try {
    if (holder > 0) kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function readTextOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
