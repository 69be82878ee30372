// Acts on more than 100,000 tasks of planes with injected faults, and reports duplicated actions and wrong outcomes.
// Options: --actions N, --seed N and --kills N.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';

import { build } from 'esbuild';

// Below node_modules, so that imports of packages resolve.
const folder = 'node_modules/.cache/tributary-test';
const outfile = `${folder}/prove-actions.mjs`;

mkdirSync(folder, { recursive: true });
const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', tsconfig: 'tsconfig.json', logLevel: 'error' };
// A worker starts from a file of its own, beside the program.
copyFileSync('src/store/sql/sqlite-worker.mjs', `${folder}/sqlite-worker.mjs`);
await build({ ...options, entryPoints: ['test/proof/prove-actions.ts'], outfile });
process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
