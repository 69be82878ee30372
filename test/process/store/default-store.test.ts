import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { build, cleanUp, folderWith, GatewayProcess } from '../gateway-process.js';
import { nowhere, oneVcf } from '../sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

test('Without a configured store, serve creates tributary.db beside the configuration, and the demo creates no file.', async () => {
  const folder = folderWith({ 'tributary.yaml': oneVcf(nowhere, { store: undefined }) });
  const cwd = folderWith();
  const gateway = await GatewayProcess.serve(['serve', '--port', '0', '--config', join(folder, 'tributary.yaml')], { cwd });
  expect(existsSync(join(folder, 'tributary.db'))).toBe(true);
  await gateway.stop();
  await GatewayProcess.serve(['demo', '--port', '0'], { cwd });
  expect(existsSync(join(cwd, 'tributary.db'))).toBe(false);
});

test('A store that cannot be used ends serve with exit code 1 and a message on stderr alone.', async () => {
  const cwd = folderWith({ 'tributary.yaml': oneVcf(nowhere, { store: undefined }) });
  writeFileSync(join(cwd, 'tributary.db'), 'These are words. '.repeat(100));
  const { code, out, err } = await GatewayProcess.run(['serve', '--port', '0'], { cwd });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/The store .*tributary\.db cannot be used: it is no SQLite database\.\n$/);
  expect(err).not.toMatch(/^\s+at /m);
});
