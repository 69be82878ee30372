import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { BareGateway } from './bare-gateway.js';
import { builtPages, ensurePagesAreBuilt } from './explorer/stub-gateway.js';
import { SocketClient } from './subscriptions/socket-client.js';

let gateway: BareGateway;
beforeAll(async () => {
  ensurePagesAreBuilt();
  const schema = buildSchema('type Query { a: Int }');
  gateway = await BareGateway.start(schema, { basePath: '/team/tributary', explorerFolder: builtPages });
});
afterAll(() => gateway.close());

const prefixes = ['', '/team/tributary'];
const html = { accept: 'text/html' };

test.each(prefixes)(
  'Below "%s", every route answers: behind a proxy that keeps the path, and behind one that removes it.',
  async (prefix) => {
    const answer = await gateway.send({
      path: `${prefix}/graphql`,
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(answer.json).toEqual({ data: { __typename: 'Query' } });
    for (const path of ['/livez', '/readyz', '/explorer', '/', '/graphql']) {
      expect(await gateway.send({ method: 'GET', path: prefix + path, headers: html })).toMatchObject({ status: 200 });
    }
    const client = await SocketClient.connect(gateway.host, { path: `${prefix}/graphql` });
    client.socket.close();
    expect(await client.closed).toBe(1005);
  },
);

test('The path alone leads to its form with a slash, on which the addresses of the page depend.', async () => {
  const { status, headers } = await gateway.send({ method: 'GET', path: '/team/tributary', headers: html });
  expect({ status, location: headers['location'] }).toEqual({ status: 308, location: '/team/tributary/' });
});

test.each(['/team', '/team/tributary2/livez', '/team/tributary/team/tributary/livez', '/Team/tributary/livez'])(
  '%s is not found.',
  async (path) => {
    expect(await gateway.send({ method: 'GET', path })).toMatchObject({ status: 404 });
  },
);
