/**
 * Installs the packages of folders that `npm ci` leaves out: `node scripts/install-folder.mjs test/tools`. Each folder has a package.json and a
 * lock file of its own. Does nothing where the current lock file is installed.
 *
 * When packages cannot be installed, what needs them is skipped; with TRIBUTARY_REQUIRE set, this script fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

for (const name of process.argv.slice(2)) {
  const folder = fileURLToPath(new URL(`../${name}/`, import.meta.url));
  const lock = readFileSync(`${folder}package-lock.json`, 'utf8');
  /** A copy of the lock, written after npm has succeeded: an interrupted installation does not count. */
  const installedLock = `${folder}node_modules/.installed-lock.json`;
  if (existsSync(installedLock) && readFileSync(installedLock, 'utf8') === lock) continue;
  process.stderr.write(`Installing the packages of ${name} into its node_modules ...\n`);
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status === 0) writeFileSync(installedLock, lock);
  else {
    process.stderr.write('They could not be installed: what needs them is skipped.\n');
    if (process.env.TRIBUTARY_REQUIRE !== undefined) process.exitCode = 1;
  }
}
