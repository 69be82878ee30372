// Acts on more than 100,000 tasks of planes that break on purpose, and says whether an action was doubled or said to have fared otherwise.
// Takes --actions N, --seed N and --kills N.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

import { build } from 'esbuild';

// Below node_modules, so that it finds the packages.
const folder = 'node_modules/.cache/tributary-test';
const outfile = `${folder}/prove-actions.mjs`;

mkdirSync(folder, { recursive: true });
const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', tsconfig: 'tsconfig.json', logLevel: 'error' };
await build({ ...options, entryPoints: ['test/proof/prove-actions.ts'], outfile });
process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
