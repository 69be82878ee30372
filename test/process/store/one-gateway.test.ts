import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { build, cleanUp, folderWith, GatewayProcess } from '../gateway-process.js';
import { nowhere, oneVcf } from '../sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

test('W9p A second serve on the default store of a folder is refused until the first one has ended, by kill -9 as well, and audit verify is not.', async () => {
  const cwd = folderWith({ 'tributary.yaml': oneVcf(nowhere, { store: undefined }) });
  const serve = ['serve', '--port', '0'];
  const first = await GatewayProcess.serve(serve, { cwd });
  const { code, out, err } = await GatewayProcess.run(serve, { cwd });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(
    /The store .*tributary\.db cannot be used: another gateway uses it, and holds tributary\.db-lock beside it; stop that one first, /,
  );
  const verify = () => GatewayProcess.run(['audit', 'verify'], { cwd });
  expect((await verify()).out).toMatch(/^The audit trail is empty, so nothing was verified\./);
  first.signal('SIGHUP');
  await first.stop('SIGKILL');
  expect(existsSync(join(cwd, 'tributary.db-lock'))).toBe(true);
  const second = await GatewayProcess.serve(serve, { cwd });
  expect((await GatewayProcess.run(serve, { cwd })).code).toBe(1);
  expect(await second.stop()).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, 'tributary.db-lock'))).toBe(false);
});
