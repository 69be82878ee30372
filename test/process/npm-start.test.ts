import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { resolve } from 'node:path';

import { build, cleanUp, GatewayProcess } from './gateway-process.js';

beforeAll(build);
afterEach(cleanUp);

const project = resolve('.');
const ready = /^Tributary is ready at http:\/\/127\.0\.0\.1:\d+\/graphql\n$/;

async function isGone(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

test('npm start -s writes one line to stdout, and a signal to npm alone ends the server.', async () => {
  const npm = await GatewayProcess.serve(['--', '--port', '0'], { cwd: project, command: ['npm', 'start', '-s'] });
  const { code, out } = await npm.stop('SIGTERM');
  expect(out).toMatch(ready);
  expect(code === null || code === 0).toBe(true);
  expect(await isGone(npm.url)).toBe(true);
});

test('npm start without -s prints the banner of npm before that line, and nothing else.', async () => {
  const npm = await GatewayProcess.serve(['--', '--port', '0'], { cwd: project, command: ['npm', 'start'] });
  const { out } = await npm.stop('SIGINT');
  const lines = out.split('\n').filter((line) => line !== '' && !line.startsWith('> '));
  expect(lines.join('\n') + '\n').toMatch(ready);
  expect(await isGone(npm.url)).toBe(true);
});

test('Ctrl-C, which reaches both npm and the server, ends them without a warning.', async () => {
  const npm = await GatewayProcess.serve(['--', '--port', '0'], { cwd: project, command: ['npm', 'start', '-s'], group: true });
  const before = npm.err;
  await npm.stop('SIGINT');
  expect(npm.err.slice(before.length)).toMatch(/^(\{"level":"info",.*\n)*$/);
  expect(await isGone(npm.url)).toBe(true);
});
