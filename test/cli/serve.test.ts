import { expect, test } from '@jest/globals';

import { serve } from '../../src/cli/serve.js';
import { sourceModules } from '../../src/sources/registry.js';
import { smallest } from '../config/fixture.js';
import { createTestIo } from './test-io.js';

/** What `serve` says on standard error. */
async function told(text: string): Promise<readonly string[]> {
  const { io, err } = createTestIo(text);
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, io);
  await gateway.close();
  return err;
}

test('nothing is told of a configuration that is obeyed', async () => {
  expect(await told(`store: { kind: memory }\n${smallest}`)).toEqual([]);
});

test('A49 nothing is served in a process that checks no certificates', async () => {
  const { io, out } = createTestIo(smallest);
  const unchecked = { ...io, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
  await expect(serve({ config: 'tributary.yaml', port: 0 }, sourceModules, unchecked)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
  });
  expect(out).toEqual([]);
});

test('A49 a file of the configuration, or of a secret, that everybody can change is told once, and is read', async () => {
  const { io, err, files } = createTestIo(`store: { kind: memory }\n${smallest.replace('password: pw', 'passwordFile: /run/password')}`);
  files.set('/run/password', 'pw');
  const asked: string[] = [];
  const isWritableByOthers = (path: string): boolean => {
    asked.push(path);
    return path === '/run/password';
  };
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, { ...io, isWritableByOthers });
  await gateway.close();
  expect(asked).toEqual(['tributary.yaml', '/run/password']);
  expect(err).toEqual([
    'Every account of this machine can change /run/password, and with it who has access or where credentials are sent. Run chmod o-w on it.',
  ]);
});
