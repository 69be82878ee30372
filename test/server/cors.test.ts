import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from './bare-gateway.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules), { cors: ['https://friend.example'] });
});
afterAll(() => gateway.close());

const asking = (origin: string) => ({
  method: 'OPTIONS' as const,
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
});

test('a preflight of a configured origin is allowed', async () => {
  const { status, headers } = await gateway.send(asking('https://friend.example'));
  expect(status).toBe(204);
  expect(headers['access-control-allow-origin']).toBe('https://friend.example');
  expect(headers['access-control-allow-methods']).toBe('GET, POST');
  expect(headers['access-control-allow-credentials']).toBeUndefined();
});

test.each(['https://foe.example', 'https://friend.example.foe.example', 'http://friend.example', 'null'])(
  'a preflight of %s is not, nor is its request readable',
  async (origin) => {
    expect((await gateway.send(asking(origin))).headers['access-control-allow-origin']).toBeUndefined();
    const response = await gateway.post({ query: '{ taskSources { name } }' }, { origin });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  },
);

test.each([
  ['http://localhost:5173', true],
  ['http://localhost', true],
  ['http://[::1]:3000', true],
  ['https://localhost:5173', false],
  ['http://localhost.foe.example:5173', false],
  ['http://localhost:5173.foe.example', false],
  ['http://127.0.0.1:5173', false],
])('with the port * of a loopback host, %s: %s', async (origin, isAllowed) => {
  const open = await BareGateway.start(buildSchema(sourceModules), { cors: ['http://localhost:*', 'http://[::1]:*'] });
  expect((await open.send(asking(origin))).headers['access-control-allow-origin']).toBe(isAllowed ? origin : undefined);
  await open.close();
});

test('without configured origins no response has CORS headers', async () => {
  const closed = await BareGateway.start(buildSchema(sourceModules));
  const { headers } = await closed.send(asking('https://friend.example'));
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  await closed.close();
});
