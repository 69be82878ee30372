import { once } from 'node:events';

import { expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import type { Io } from '../../src/cli/io.js';
import { runProgram } from '../../src/cli/program.js';
import { serve } from '../../src/cli/serve.js';
import { sourceModules } from '../../src/sources/registry.js';
import { smallest } from '../config/fixture.js';
import { createTestIo } from './test-io.js';

/** What `serve` writes to standard error. */
async function readLog(text: string, terminal: Partial<Io> = {}): Promise<readonly string[]> {
  const { io, err } = createTestIo(text);
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, { ...io, now: () => 0, ...terminal });
  await gateway.close();
  return err.map((line) => line.replaceAll(gateway.origin, 'ORIGIN'));
}

const inMemory = `store: { kind: memory }\n${smallest}`;

test('a configuration without problems is served with one line of JSON, and with a readable one on a terminal', async () => {
  const json = '{"level":"info","time":"1970-01-01T00:00:00.000Z","origin":"ORIGIN","msg":"Listening at ORIGIN."}';
  const pretty = '00:00:00.000 INFO  Listening at ORIGIN. origin=ORIGIN';
  expect(await readLog(inMemory)).toEqual([json]);
  expect(await readLog(inMemory, { isErrTerminal: true })).toEqual([pretty]);
  expect(await readLog(`log: { format: json }\n${inMemory}`, { isErrTerminal: true })).toEqual([json]);
  expect(await readLog(`log: { format: pretty }\n${inMemory}`)).toEqual([pretty]);
  expect(await readLog(`log: { level: warn }\n${inMemory}`)).toEqual([]);
});

test('why it cannot start, the notices of the process and the warnings of Node are in the log as well', async () => {
  const { io, out, err } = createTestIo('auth: { mode: non }\nsources: []');
  const warning = Object.assign(new Error('It is old.'), { name: 'DeprecationWarning' });
  const noticed: Io = { ...io, notices: ['Node is past its end of life.'], onWarning: (listener) => listener(warning) };
  expect(await runProgram(['serve', '--config', 'tributary.yaml'], sourceModules, noticed)).toBe(2);
  expect(out).toEqual([]);
  expect(err.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', warning: 'DeprecationWarning', msg: 'It is old.' },
    { level: 'warn', msg: 'Node is past its end of life.' },
    { level: 'fatal', msg: expect.stringMatching(/^tributary.yaml:1:15: auth.mode: expected /) },
    { level: 'fatal', msg: 'tributary.yaml:2:10: sources: expected at least one source' },
  ]);
  err.length = 0;
  warning.message = 'It clears \u001b[2J the\nscreen.';
  expect(await runProgram(['serve', '--config', 'tributary.yaml'], sourceModules, { ...noticed, isErrTerminal: true })).toBe(2);
  expect(err[0]).toMatch(/^[\d:.]+ WARN {2}It clears \\u\{1b\}\[2J the\\u\{a\}screen\. warning=DeprecationWarning$/);
});

test('keys in clear on an address that other machines reach are warned of at the start', async () => {
  const text = smallest.replace('{ mode: none }', '{ mode: keys, keys: [{ id: wall, key: 0123456789abcdef }] }');
  const [risk = ''] = await readLog(`server: { host: 0.0.0.0 }\nstore: { kind: memory }\n${text}`);
  expect(JSON.parse(risk)).toMatchObject({ level: 'warn', msg: expect.stringMatching(/^server\.host 0\.0\.0\.0 .* plain HTTP/) });
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
  expect(err.map((line) => JSON.parse(line).msg).slice(0, -1)).toEqual([
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
