import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway, type RawRequest } from './bare-gateway.js';
import { onlyError } from './only-error.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules), { limits: { aliases: 20 } });
});
afterAll(() => gateway.close());

const aliases = (count: number): string => Array.from({ length: count }, (_, n) => `a${n}:__typename`).join(' ');

const plain = { type: 'application/json; charset=utf-8', status: 200 };
const strict = { type: 'application/graphql-response+json; charset=utf-8', status: 400 };

test.each([
  ['application/json', plain],
  ['application/graphql-response+json', strict],
  ['APPLICATION/GraphQL-Response+JSON', strict],
  ['*/*', plain],
  ['application/*', plain],
  ['application/json, application/graphql-response+json;q=0.1', plain],
  ['application/graphql-response+json;q=0.1, application/json', plain],
  ['application/json;q=0.1, application/graphql-response+json', strict],
  ['application/graphql-response+json, application/json', strict],
  ['application/json, application/graphql-response+json', plain],
  ['application/graphql-response+json;q=0, application/json', plain],
  ['application/graphql-response+json;q=0, */*', plain],
  ['application/json;q=0, */*', strict],
  ['text/html, application/graphql-response+json;q=0.5', strict],
])('the status of a bad document is that of the media type that is sent: %s', async (accept, { type, status }) => {
  for (const query of ['{ nothing }', '{ tasks( }']) {
    const bad = await gateway.post({ query }, { accept });
    expect({ type: bad.headers['content-type'], status: bad.status }).toEqual({ type, status });
    expect(bad.headers).not.toHaveProperty('tributary-request-error');
  }
  const good = await gateway.post({ query: '{ taskSources { name } }' }, { accept });
  expect({ type: good.headers['content-type'], status: good.status }).toEqual({ type, status: 200 });
});

const post = { method: 'POST', headers: { 'content-type': 'application/json' } } as const;
const levels = `{"query":"{ taskSources { name } }","extensions":${'['.repeat(100)}${']'.repeat(100)}}`;
/** What is refused before GraphQL sees it, and its status under `application/json` and `application/graphql-response+json`. */
const refusals: readonly (readonly [string, RawRequest, number, number])[] = [
  ['too many aliases', { ...post, body: JSON.stringify({ query: `{ ${aliases(21)} }` }) }, 200, 400],
  [
    'too many aliases, by GET',
    { method: 'GET', path: `/graphql?query={${aliases(21)}}`, headers: { 'apollo-require-preflight': '1' } },
    200,
    400,
  ],
  ['JSON that is nested too deeply', { ...post, body: levels }, 200, 400],
  ['a body that is too large', { ...post, body: JSON.stringify({ query: '#'.repeat(110_000) }) }, 413, 413],
  ['a body that is no JSON', { ...post, body: '{' }, 400, 400],
  ['a body of another type', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, 415],
  ['a persisted query that is not known', { ...post, body: '{"documentId":"none"}' }, 200, 200],
  ['a method that is not served', { method: 'DELETE' }, 405, 405],
];

test.each(refusals)('%s is refused in the media type that is asked for', async (_what, request, underJson, underGraphql) => {
  const outcome = async (accept: string) => {
    const response = await gateway.send({ ...request, headers: { ...request.headers, accept } });
    expect(response.json.errors).toHaveLength(1);
    return [response.headers['content-type'], response.status];
  };
  expect(await outcome('application/json')).toEqual([plain.type, underJson]);
  expect(await outcome('*/*')).toEqual([plain.type, underJson]);
  expect(await outcome('application/graphql-response+json, application/json;q=0.9')).toEqual([strict.type, underGraphql]);
  // Nothing of this is asked for: what is wrong is said all the same.
  expect(await outcome('image/png')).toEqual([plain.type, underGraphql]);
});

test.each(['application/json', 'application/graphql-response+json'])('a body without a document is 400 under %s', async (accept) => {
  for (const body of [{ variables: {} }, { query: '' }, { query: null }, { operationName: 'A' }]) {
    const response = await gateway.post(body, { accept });
    expect({ status: response.status, code: onlyError(response).extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  }
});

test.each([
  ['application/json', 200],
  ['application/graphql-response+json', 400],
])('a subscription is refused with what to use instead, under %s with %i', async (accept, status) => {
  const response = await gateway.post({ query: 'subscription { taskSourceHealthChanged { name } }' }, { accept });
  expect(response.status).toBe(status);
  expect(response.json).toEqual({
    errors: [
      {
        message:
          'Subscriptions are not served over plain HTTP: use a WebSocket, or an event stream with the header Accept: text/event-stream.',
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      },
    ],
  });
  expect(gateway.log).toEqual([]);
});

test.each(['PUT', 'PATCH', 'DELETE'] as const)('%s is not allowed, whatever its body, and those that are are named', async (method) => {
  const type = { 'content-type': 'application/json' };
  for (const request of [{}, { headers: type, body: '{"query":"{ taskSources { name } }"}' }, { headers: type, body: 'no JSON' }]) {
    const response = await gateway.send({ method, ...request });
    expect({ status: response.status, allow: response.headers['allow'] }).toEqual({ status: 405, allow: 'GET, POST' });
    expect(onlyError(response).extensions.code).toBe('BAD_USER_INPUT');
  }
});
