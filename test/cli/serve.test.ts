import { once } from 'node:events';

import { expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

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

test('keys in clear on an address that other machines reach are warned of at the start', async () => {
  const text = smallest.replace('{ mode: none }', '{ mode: keys, keys: [{ id: wall, key: 0123456789abcdef }] }');
  expect(await readMessages(`server: { host: 0.0.0.0 }\nstore: { kind: memory }\n${text}`)).toEqual([
    expect.stringMatching(/^Warning: server\.host 0\.0\.0\.0 .* plain HTTP/),
  ]);
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

test('the demo admits pages of loopback addresses, and --cors admits further origins', async () => {
  const { io } = createTestIo('');
  const demo = await serve({ port: 0, cors: ['https://studio.example'] }, sourceModules, { ...io, exists: () => false });
  const url = `${demo.origin}/graphql`;
  const query = async (origin: string): Promise<string | null> => {
    const body = JSON.stringify({ query: '{ taskSources { name } }' });
    const response = await fetch(url, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body });
    return response.headers.get('access-control-allow-origin');
  };
  const socket = async (origin: string): Promise<boolean> => {
    const opening = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { origin });
    const isOpen = await Promise.race([once(opening, 'open').then(() => true), once(opening, 'unexpected-response').then(() => false)]);
    opening.on('error', () => undefined).terminate();
    return isOpen;
  };
  for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8080', 'http://[::1]:3000', 'https://studio.example'])
    expect([await query(origin), await socket(origin)]).toEqual([origin, true]);
  expect([await query('https://foe.example'), await socket('https://foe.example')]).toEqual([null, false]);
  await demo.close();
});
