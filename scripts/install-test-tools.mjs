/**
 * Installs, into test/tools/node_modules, the packages that only the long tests and the benches of attacks use: `npm ci` leaves
 * them out. Does nothing when the installed packages are those of test/tools/package-lock.json.
 *
 * When they cannot be installed, the tests that need them are skipped; with TRIBUTARY_REQUIRE set, this script fails.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../test/tools/', import.meta.url));

const packagesOf = (lock) => JSON.parse(readFileSync(`${folder}${lock}`, 'utf8')).packages;

/** npm writes node_modules/.package-lock.json last, so an installation that was interrupted does not count. */
function isUpToDate() {
  try {
    const installed = packagesOf('node_modules/.package-lock.json');
    return Object.entries(packagesOf('package-lock.json')).every(
      ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
    );
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

if (!isUpToDate()) {
  process.stderr.write('Installing the tools of the long tests into test/tools/node_modules ...\n');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('They could not be installed: the tests that need them are skipped.\n');
    if (process.env.TRIBUTARY_REQUIRE !== undefined) process.exitCode = 1;
  }
}
