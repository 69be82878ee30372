import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { parse } from 'yaml';

import { firstExample } from '../support/documents.js';
import { World } from '../support/world.js';
import { SocketClient } from './subscriptions/socket-client.js';

/** What the page on clients says is to be put into the configuration for Apollo Sandbox. */
const yaml = firstExample('docs/clients.md', 'yaml');
const { server, graphql } = parse(yaml) as { server: { cors: string[] }; graphql: object };

let world: World;
beforeAll(async () => {
  world = await World.start({ configuration: { server: { port: 0, ...server }, graphql } });
});
afterAll(() => world.close());

/** What a browser asks before the page may send what Sandbox sends. */
async function preflight(origin: string, path: string): Promise<Readonly<Record<string, string | string[] | undefined>>> {
  const { statusCode, headers, body } = await request(`${world.gateway.origin}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': sent.join(','),
      'access-control-request-private-network': 'true',
    },
  });
  await body.dump();
  return { ...headers, status: String(statusCode) };
}

const sent = [
  'apollo-query-plan-experimental',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'authorization',
  'content-type',
  'x-apollo-operation-name',
];

test('the page on clients names the origins of Sandbox and of its embedded form', () => {
  expect(server.cors).toEqual(['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']);
});

describe.each(server.cors)('a page of %s', (origin) => {
  test.each(['/graphql', '/graphql/stream'])('may send its headers to %s, also from the internet to this machine', async (path) => {
    const headers = await preflight(origin, path);
    expect(headers).toMatchObject({
      status: '204',
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-private-network': 'true',
    });
    expect(String(headers['access-control-allow-headers']).split(/, ?/)).toEqual(sent);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('may read the schema', async () => {
    const { headers, body } = await request(`${world.gateway.origin}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'apollographql-client-name': 'explorer' },
      body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
    });
    expect(headers['access-control-allow-origin']).toBe(origin);
    expect(await body.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  test('may open a WebSocket', async () => {
    const client = await SocketClient.open(new URL(world.gateway.origin).host, { origin });
    client.socket.terminate();
  });
});

test('a page of another origin is not allowed to call', async () => {
  const headers = await preflight('https://studio.apollographql.com.evil.example', '/graphql');
  expect(headers['access-control-allow-origin']).toBeUndefined();
  expect(headers['access-control-allow-private-network']).toBeUndefined();
});
