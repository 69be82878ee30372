import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from './bare-gateway.js';
import { onlyError } from './only-error.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules));
});
afterAll(() => gateway.close());

test.each([
  { name: 'an unknown route', request: { method: 'GET', path: '/nowhere' }, status: 404, code: 'BAD_USER_INPUT' },
  { name: 'a route that is no URL', request: { method: 'GET', path: '/%zz' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'another method', request: { method: 'DELETE' }, status: 405, code: 'BAD_USER_INPUT' },
  { name: 'a body that is no JSON', request: { headers: json(), body: '{"query": canary' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'an empty body', request: { headers: json(), body: '' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'a body that is an array', request: { headers: json(), body: '[]' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'a body that is a number', request: { headers: json(), body: '7' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'a prototype in the body', request: { headers: json(), body: '{"__proto__": {"a": 1}}' }, status: 400, code: 'BAD_USER_INPUT' },
  { name: 'a query that is a number', request: { headers: json(), body: '{"query": 7}' }, status: 400, code: 'BAD_USER_INPUT' },
  {
    name: 'variables that are a text',
    request: { headers: json(), body: '{"query": "{ a }", "variables": "canary"}' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a body of another media type',
    request: { headers: { 'content-type': 'application/xml' }, body: '<a/>' },
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a form',
    request: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query=canary' },
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'plain text',
    request: { headers: { 'content-type': 'text/plain' }, body: '{"query":"{ taskSources { name } }"}' },
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a body over the limit',
    request: { headers: json(), body: JSON.stringify({ query: `{ ${'a '.repeat(6_000)} }` }) },
    status: 413,
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'batching',
    request: { headers: json(), body: '[{"query":"{ taskSources { name } }"},{"query":"{ taskSources { name } }"}]' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a GET without the preflight header',
    request: { method: 'GET', path: get('{ taskSources { name } }') },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a mutation by GET',
    request: { method: 'GET', path: get('mutation { untrackTask(input: { id: "a" }) { __typename } }'), headers: preflight() },
    status: 405,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a GET whose variables are no JSON',
    request: { method: 'GET', path: `${get('{ taskSources { name } }')}&variables=canary`, headers: preflight() },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a persisted query',
    request: { headers: json(), body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"canary"}}}' },
    status: 200,
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
  },
  {
    name: 'an Accept that nothing fits',
    request: { headers: { ...json(), accept: 'image/png' }, body: '{"query":"{ taskSources { name } }"}' },
    status: 406,
    code: 'BAD_USER_INPUT',
  },
] as const)('$name is $status with code $code, as JSON, and repeats nothing', async ({ request, status, code }) => {
  const response = await gateway.send(request);
  expect({ status: response.status, code: onlyError(response).extensions.code }).toEqual({ status, code });
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(response.text).not.toMatch(/canary|node_modules|\bat \S+ \(|fastify|apollo-server/i);
  expect(gateway.log).toEqual([]);
});

test('a GET with the preflight header is answered', async () => {
  const response = await gateway.send({ method: 'GET', path: get('{ taskSources { name } }'), headers: preflight() });
  expect(response).toMatchObject({ status: 200, json: { data: { taskSources: [] } } });
});

test.each(['/livez', '/readyz'])('%s answers 200 without authentication', async (path) => {
  expect((await gateway.send({ method: 'GET', path })).status).toBe(200);
});

function json(): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json' };
}

function preflight(): Readonly<Record<string, string>> {
  return { 'apollo-require-preflight': 'true' };
}

function get(query: string): string {
  return `/graphql?query=${encodeURIComponent(query)}`;
}

test.each([
  { method: 'POST', headers: json(), body: '{"query": "{ __typename }"}' },
  { method: 'GET', path: '/nowhere' },
] as const)('the response to $method has the headers that keep browsers from doing more with it than show it', async (request) => {
  const { headers } = await gateway.send(request);
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'SAMEORIGIN',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  });
  expect(headers).not.toHaveProperty('strict-transport-security');
});
