import { expect, test } from '@jest/globals';

import { serve } from '../../src/cli/serve.js';
import { sourceModules } from '../../src/sources/registry.js';
import { smallest } from '../config/fixture.js';
import { createTestIo } from './test-io.js';

/** The messages of `serve` on standard error. */
async function readMessages(text: string): Promise<readonly string[]> {
  const { io, err } = createTestIo(text);
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, io);
  await gateway.close();
  return err;
}

test('a configuration without problems is served without a message', async () => {
  expect(await readMessages(`store: { kind: memory }\n${smallest}`)).toEqual([]);
});

test('A49 a process that does not check certificates refuses to serve', async () => {
  const { io, out } = createTestIo(smallest);
  const unchecked = { ...io, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
  await expect(serve({ config: 'tributary.yaml', port: 0 }, sourceModules, unchecked)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
  });
  expect(out).toEqual([]);
});

test('A49 a file of the configuration, or of a secret, that every user can change is reported once, and is read', async () => {
  const { io, err, files } = createTestIo(`store: { kind: memory }\n${smallest.replace('password: pw', 'passwordFile: /run/password')}`);
  files.set('/run/password', 'pw');
  const paths: string[] = [];
  const isWritableByOthers = (path: string): boolean => {
    paths.push(path);
    return path === '/run/password';
  };
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, { ...io, isWritableByOthers });
  await gateway.close();
  expect(paths).toEqual(['tributary.yaml', '/run/password']);
  expect(err).toEqual([
    'Every account of this machine can change /run/password, and with it who has access or where credentials are sent. Run chmod o-w on it.',
  ]);
});
