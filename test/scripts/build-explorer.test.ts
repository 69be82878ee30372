import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

test('The pages can be built where node_modules is a link to another folder.', () => {
  const project = mkdtempSync(join(tmpdir(), 'tributary-pages-'));
  try {
    for (const part of [
      'package.json',
      'tsconfig.json',
      'scripts/build-explorer.mjs',
      'src/server/explorer/browser',
      'schema/operations',
    ]) {
      cpSync(part, join(project, part), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build-explorer.mjs'], { cwd: project, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(existsSync(join(project, 'dist/explorer/explorer.html'))).toBe(true);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
