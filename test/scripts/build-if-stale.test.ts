import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

let project: string;

/** A project of three small files, with the real script, the real compiler, and a builder of pages that writes one. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tributary-build-'));
  mkdirSync(join(project, 'scripts'));
  cpSync('scripts/build-if-stale.mjs', join(project, 'scripts/build-if-stale.mjs'));
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', '{ "compilerOptions": { "outDir": "dist", "rootDir": "src", "types": [] }, "include": ["src"] }');
  write('src/main.ts', 'export const main = 1;\n');
  write('src/other.ts', 'export const other = 1;\n');
  write('scripts/build-program.mjs', '');
  write(
    'scripts/build-explorer.mjs',
    "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist/explorer', { recursive: true });\nwriteFileSync('dist/explorer/explorer.html', 'page');\nconsole.log('not for stdout');\n",
  );
  write('scripts/build-introspection.mjs', "import { writeFileSync } from 'node:fs';\nwriteFileSync('dist/introspection.json', '{}');\n");
  write(
    'scripts/build-client-files.mjs',
    "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist/client', { recursive: true });\nwriteFileSync('dist/client/operations.js', '');\n",
  );
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

test('The first run builds, says so on stderr and nothing on stdout; the second does nothing.', () => {
  expect(run()).toMatchObject({
    status: 0,
    stdout: '',
    stderr: expect.stringMatching(/^Building dist\/ \.\.\.\nBuilt dist\/ in \d+\.\d s\.\n$/),
  });
  expect(has('dist/main.js') && has('dist/explorer/explorer.html')).toBe(true);
  expect(run()).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.each([
  ['a source that changed', () => write('src/main.ts', 'export const main = 22;\n')],
  ['a new example operation', () => write('schema/operations/new.graphql', 'query New { __typename }\n')],
  ['a script that changed', () => write('scripts/other.mjs', '')],
  ['output that is gone', () => rmSync(join(project, 'dist/main.js'))],
])('It builds again after %s.', (_what, change) => {
  run();
  change();
  expect(run().stderr).toContain('Built dist/');
  expect(run().stderr).toBe('');
});

test('It builds again after a source was deleted, and removes what was built from it.', () => {
  run();
  rmSync(join(project, 'src/other.ts'));
  expect(run().stderr).toContain('The sources have changed');
  expect([has('dist/main.js'), has('dist/other.js'), has('dist/explorer/explorer.html')]).toEqual([true, false, true]);
});

test('A build that fails passes on its exit code and message, each time until it is fixed.', () => {
  write('src/main.ts', 'export const main: string = 1;\n');
  for (const attempt of [run(), run()]) {
    expect(attempt).toMatchObject({ stdout: '', stderr: expect.stringContaining('src/main.ts(1,14): error TS2322') });
    expect(attempt.status).toBeGreaterThan(0);
  }
  write('src/main.ts', 'export const main = 1;\n');
  expect(run().status).toBe(0);
  expect(run().stderr).toBe('');
});

test('Without the development packages the previous build is used, and a message says so.', () => {
  run();
  rmSync(join(project, 'node_modules'));
  write('src/main.ts', 'export const main = 333;\n');
  expect(run()).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('used unchanged') });
});

function run(): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-if-stale.mjs'], { cwd: project, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function has(path: string): boolean {
  return existsSync(join(project, path));
}
