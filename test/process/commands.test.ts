import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { printPlainSubgraph, printSchema, printSubgraph } from '../../src/cli/schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';

beforeAll(build);
afterEach(cleanUp);

test('--version prints the version of the package.', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await GatewayProcess.run(['--version'])).toEqual({ code: 0, signal: null, out: `${version}\n`, err: '' });
});

test('schema prints the SDL and nothing else.', async () => {
  expect(await GatewayProcess.run(['schema'])).toEqual({ code: 0, signal: null, out: `${printSchema(sourceModules)}\n`, err: '' });
});

test('schema --subgraph prints the subgraph SDL, with node and scopes or without definitions where that is asked for; these alone are a mistake.', async () => {
  for (const [words, options] of [
    [[], { node: false, scopes: false }],
    [['--node', '--scopes'], { node: true, scopes: true }],
  ] as const) {
    const out = `${printSubgraph(sourceModules, options)}\n`;
    expect(await GatewayProcess.run(['schema', '--subgraph', ...words])).toEqual({ code: 0, signal: null, out, err: '' });
  }
  const plain = `${printPlainSubgraph(sourceModules, { node: false, scopes: false })}\n`;
  expect((await GatewayProcess.run(['schema', '--subgraph', '--plain'])).out).toBe(plain);
  for (const option of ['--scopes', '--plain']) {
    const { code, out, err } = await GatewayProcess.run(['schema', option]);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('--subgraph')]);
  }
});

test('config schema prints JSON.', async () => {
  const { code, out, err } = await GatewayProcess.run(['config', 'schema']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ title: 'Tributary configuration', type: 'object' });
});

test('config check prints problems with file, line and column, and exits with 2, also without a file.', async () => {
  const cwd = folderWith({ 'tributary.yaml': 'auth: { mode: nobody }\nsources: []\n' });
  const { code, out } = await GatewayProcess.run(['config', 'check'], { cwd });
  expect(code).toBe(2);
  expect(out).toMatch(/^tributary\.yaml:1:15: auth\.mode: .*\ntributary\.yaml:2:10: sources: .*\n$/);
  expect(await GatewayProcess.run(['config', 'check'])).toMatchObject({
    code: 2,
    out: '',
    err: 'There is no configuration to check: name a file with --config.\n',
  });
});

const main = join(process.cwd(), 'dist/main.js');

test.each(['schema', 'config schema', 'doctor', 'serve --help'])(
  'tributary %s | true ends without a word about the pipe.',
  async (line) => {
    const command = ['sh', '-c', `"${process.execPath}" "${main}" ${line} | true`] as const;
    expect(await GatewayProcess.run([], { command })).toMatchObject({ code: 0, out: '', err: expect.not.stringContaining('EPIPE') });
  },
);

test('A server starts and runs when nobody reads its stderr.', async () => {
  const gateway = new GatewayProcess(['--port', '0']);
  gateway.child.stderr?.destroy();
  await gateway.ready();
  gateway.child.stdout?.destroy();
  expect((await fetch(new URL('/livez', gateway.url))).status).toBe(200);
  expect(await gateway.stop()).toMatchObject({ code: 0 });
});
