import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { pathToFileURL } from 'node:url';

import { startDemoPlanes } from '../../src/cli/demo.js';
import { sourceModules } from '../../src/sources/registry.js';
import { build, cleanUp, GatewayProcess } from './gateway-process.js';

beforeAll(build);
afterEach(cleanUp);

const dist = pathToFileURL('dist/').href;

/** A program of somebody else that embeds the gateway, and says what holds it after the gateway is closed. */
const program = `
  import 'reflect-metadata';
  import { get } from 'node:http';
  const { startGateway } = await import('${dist}cli/start-gateway.js');
  const { loadConfiguration } = await import('${dist}config/load-configuration.js');
  const { sourceModules: modules } = await import('${dist}sources/registry.js');
  const { pino } = await import('pino');
  const text = process.env.CONFIGURATION;
  const configuration = loadConfiguration({ file: 'demo', text, environment: {}, readFile: () => '', modules });
  const logger = pino({ level: 'silent' });
  const gateway = await startGateway({ configuration, modules, explorerFolder: '', logger, now: Date.now });
  const query = encodeURIComponent('{ tasks(first: 200) { totalCount nodes { id subtasks { totalCount } } } }');
  const url = gateway.origin + '/graphql?query=' + query;
  const answer = await new Promise((resolve) => get(url, { agent: false, headers: { 'apollo-require-preflight': '1' } }, resolve));
  let body = '';
  for await (const chunk of answer) body += chunk;
  await gateway.close();
  await new Promise(setImmediate);
  const left = process.getActiveResourcesInfo().filter((resource) => resource !== 'PipeWrap' && resource !== 'Immediate');
  console.log(JSON.stringify({ found: JSON.parse(body).data.tasks.totalCount, left }));
`;

test('A program that closes the gateway it started ends by itself: no socket, timer or pool is left.', async () => {
  const demo = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
  const configuration = demo.configuration.replace('server:', 'server:\n  port: 0').replace('explorer: true', 'explorer: false');
  const command = [process.execPath, '--input-type=module', '--eval', program] as const;
  const ended = await GatewayProcess.run([], { cwd: process.cwd(), env: { CONFIGURATION: configuration }, command });
  await demo.close();
  expect(ended).toMatchObject({ code: 0, signal: null, err: '' });
  const { found, left } = JSON.parse(ended.out);
  expect(found).toBeGreaterThan(50);
  expect(left).toEqual([]);
});

test('A signal that comes with the line of the start closes the gateway like any other.', async () => {
  const signalWithLine = `const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text, ...others) => {
      const isWritten = write(text, ...others);
      if (String(text).includes('is ready at')) process.kill(process.pid, 'SIGTERM');
      return isWritten;
    };`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(signalWithLine)}` };
  const ended = await GatewayProcess.run(['demo', '--port', '0'], { env });
  expect(ended).toMatchObject({ code: 0, signal: null, out: expect.stringContaining('is ready at') });
});
