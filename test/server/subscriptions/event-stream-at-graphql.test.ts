import { describe, expect, test } from '@jest/globals';
import { request } from 'undici';

import type { Json } from '../../support/post.js';
import { readStream, type Stream, type StreamRequest } from './read-stream.js';
import { ServerOfEachTest } from './server-of-each-test.js';

const subscription = { query: 'subscription A { messages { text } } query B { hello }', operationName: 'A' };
const accept = 'text/event-stream';
const server = new ServerOfEachTest();

const open = ({ headers = {}, ...others }: StreamRequest = {}): Promise<Stream> =>
  readStream(server.host, { path: '/graphql', body: subscription, headers: { accept, ...headers }, ...others });

/** The response to a request that opens no stream. */
async function ask(body: Json, headers: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly json: Json }> {
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await request(`http://${server.host}/graphql`, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  return { status: response.statusCode, json: await response.body.json() };
}

async function receive(stream: Stream): Promise<void> {
  expect([stream.response.statusCode, stream.response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  await server.feed.until(1);
  server.feed.push('x');
  expect(await stream.nextData()).toEqual({ data: { messages: { text: 'x' } } });
  stream.response.destroy();
  await server.feed.until(0);
}

describe('At /graphql, an event stream', () => {
  test.each([
    ['that type', accept],
    ['that type in another case, with a parameter', 'Text/Event-Stream; q=0.5'],
    ['that type or a part of a page, as urql asks', 'text/event-stream, multipart/mixed'],
    [
      'every type of GraphQL, for a subscription',
      'application/graphql-response+json, application/json, text/event-stream, multipart/mixed',
    ],
    ['all types and this one, for a subscription', '*/*, text/event-stream'],
  ])('is sent to a POST that accepts %s.', async (_what, accepted) => {
    await receive(await open({ headers: { accept: accepted } }));
  });

  test('is sent to a GET with the preflight header; without it, the response says which.', async () => {
    const path = `/graphql?${new URLSearchParams(subscription).toString()}`;
    const refused = await request(`http://${server.host}${path}`, { headers: { accept } });
    const { errors }: Json = await refused.body.json();
    expect([refused.statusCode, errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(errors[0].message).toContain('apollo-require-preflight');
    await receive(await open({ method: 'GET', path, body: undefined, headers: { 'apollo-require-preflight': 'true' } }));
  });

  test('has the limits of every event stream, and is no operation in flight.', async () => {
    await server.restart({ limits: { socketsPerCaller: 1, tokens: 20 }, overload: { operations: 1 } });
    const stream = await open();
    await server.feed.until(1);
    expect((await ask({ query: '{ hello }' })).json).toEqual({ data: { hello: null } });
    for (const path of ['/graphql', '/graphql/stream']) {
      const second = await open({ path });
      expect(second.response.statusCode).toBe(429);
      second.response.destroy();
    }
    stream.response.destroy();
    await server.feed.until(0);
    const { status, json } = await ask({ query: `subscription { messages { ${'text '.repeat(20)} } }` }, { accept });
    expect([status, json.errors[0].extensions.code]).toEqual([400, 'LIMIT_EXCEEDED']);
  });

  test.each([
    ['a query', { query: '{ hello }' }, 'BAD_USER_INPUT'],
    ['an id that is not known', { documentId: 'none' }, 'PERSISTED_QUERY_NOT_FOUND'],
  ])('has one event with an error for %s.', async (_what, body, code) => {
    const stream = await open({ body });
    expect((await stream.nextData()).errors).toMatchObject([{ extensions: { code } }]);
    expect(await stream.nextData()).toBe('event: complete');
  });
});

test.each([
  [
    'queries of clients that accept it as well',
    { query: 'query subscription { hello }' },
    'application/json, text/event-stream',
    { hello: null },
  ],
  ['queries of clients that accept everything', { query: '{ hello }' }, '*/*', { hello: null }],
  ['subscriptions of clients that do not accept it', subscription, 'application/json, text/event-stream;q=0', undefined],
])('%s have a single response', async (_what, body, accepted, data) => {
  const { status, json } = await ask(body, { accept: accepted });
  expect([status, json.data]).toEqual([200, data]);
});
