import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';

beforeAll(build);
afterEach(cleanUp);

test('The built gateway is not built again.', async () => {
  const command = [process.execPath, 'scripts/build-if-stale.mjs'] as const;
  expect(await GatewayProcess.run([], { cwd: process.cwd(), command })).toEqual({ code: 0, signal: null, out: '', err: '' });
});

/** A project of one small file with the real script; its builder of pages notes each build in dist/explorer. */
function project(): string {
  const folder = folderWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "outDir": "dist", "rootDir": "src", "types": [] }, "include": ["src"] }',
  });
  for (const name of ['src', 'scripts']) mkdirSync(join(folder, name));
  cpSync('scripts/build-if-stale.mjs', join(folder, 'scripts/build-if-stale.mjs'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'src/main.ts'), 'export const main = 1;\n');
  writeFileSync(join(folder, 'scripts/build-program.mjs'), '');
  writeFileSync(
    join(folder, 'scripts/build-explorer.mjs'),
    "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist/explorer', { recursive: true });\nwriteFileSync('dist/explorer/explorer.html', '');\n",
  );
  writeFileSync(
    join(folder, 'scripts/build-introspection.mjs'),
    "import { writeFileSync } from 'node:fs';\nwriteFileSync('dist/introspection.json', '{}');\n",
  );
  writeFileSync(
    join(folder, 'scripts/build-client-files.mjs'),
    "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist/client', { recursive: true });\nwriteFileSync('dist/client/operations.js', '');\n",
  );
  return folder;
}

const command = [process.execPath, 'scripts/build-if-stale.mjs'] as const;

test('Of several builds at the same time one runs, and the others wait for it.', async () => {
  const cwd = project();
  const all = await Promise.all(Array.from({ length: 3 }, () => GatewayProcess.run([], { cwd, command })));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(all.filter(({ err }) => err.includes('Built dist/'))).toHaveLength(1);
  expect(existsSync(join(cwd, 'dist/.lock'))).toBe(false);
});

test('The lock of a build that was killed does not block the next one.', async () => {
  const cwd = project();
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((ended) => gone.on('close', ended));
  mkdirSync(join(cwd, 'dist'));
  writeFileSync(join(cwd, 'dist/.lock'), String(gone.pid));
  expect(await GatewayProcess.run([], { cwd, command })).toMatchObject({ code: 0, err: expect.stringContaining('Built dist/') });
});
