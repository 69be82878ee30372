/**
 * Installs the packages that only the long tests and the attack benchmarks use into test/tools/node_modules; `npm ci` does not install
 * them. Does nothing when they are installed from the current test/tools/package-lock.json.
 *
 * When they cannot be installed, the tests that need them are skipped; with TRIBUTARY_REQUIRE set, this script fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../test/tools/', import.meta.url));
const lock = readFileSync(`${folder}package-lock.json`, 'utf8');
/** A copy of the lock, written after npm has succeeded: an interrupted installation does not count. */
const installedLock = `${folder}node_modules/.installed-lock.json`;

if (!existsSync(installedLock) || readFileSync(installedLock, 'utf8') !== lock) {
  process.stderr.write('Installing the tools of the long tests into test/tools/node_modules ...\n');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status === 0) writeFileSync(installedLock, lock);
  else {
    process.stderr.write('They could not be installed: the tests that need them are skipped.\n');
    if (process.env.TRIBUTARY_REQUIRE !== undefined) process.exitCode = 1;
  }
}
