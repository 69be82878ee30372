import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import type { Json } from '../support/post.js';
import { Target } from './target.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.close());

const json = { 'content-type': 'application/json' };
const query = '{ tasks(maxAgeMs: 0) { totalCount } }';
const body = JSON.stringify({ query });
const cancel = JSON.stringify({ query: 'mutation { cancelTask(input: { id: "vcf-sfo:1" }) { outcome } }' });
const url = (parameters: Readonly<Record<string, string>>): string => `/graphql?${new URLSearchParams(parameters).toString()}`;
const preflight = { 'apollo-require-preflight': 'true' };

test.each<
  readonly [
    string,
    string,
    number,
    { readonly method: 'GET' | 'POST'; readonly path?: string; readonly headers?: Record<string, string>; readonly body?: string },
  ]
>([
  [
    'A5',
    'a batch of ten operations',
    400,
    { method: 'POST', headers: json, body: JSON.stringify(Array.from({ length: 10 }, () => ({ query }))) },
  ],
  ['A10', 'an HTML page', 404, { method: 'GET', path: '/', headers: { accept: 'text/html' } }],
  ['A10', 'the explorer', 404, { method: 'GET', path: '/explorer', headers: { accept: 'text/html' } }],
  ['A10', '/graphql in a browser', 404, { method: 'GET', headers: { accept: 'text/html' } }],
  ['A11', 'a GET without the header', 400, { method: 'GET', path: url({ query }) }],
  ['A11', 'a GET with a type of message/*', 415, { method: 'GET', path: url({ query }), headers: { 'content-type': 'message/rfc822' } }],
  [
    'A11',
    'a mutation by GET',
    405,
    { method: 'GET', path: url({ query: 'mutation { cancelTask(input: { id: "vcf-sfo:1" }) { outcome } }' }), headers: preflight },
  ],
  [
    'A11',
    'a form',
    415,
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ query }).toString() },
  ],
  ['A11', 'a multipart form', 415, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }],
  ['A11', 'plain text', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: cancel }],
  ['A11', 'garbage after the media type', 415, { method: 'POST', headers: { 'content-type': 'application/json garbage' }, body: cancel }],
  ['A14', 'a body of 1 MB', 413, { method: 'POST', headers: json, body: 'x'.repeat(1_000_000) }],
  ['A15', 'UTF-7', 415, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-7' }, body }],
  [
    'A17',
    'JSON of 20,000 levels',
    200,
    { method: 'POST', headers: json, body: `{"query":"{ __typename }","extensions":${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
  ],
])(
  '%s %s is %i as JSON, without an upstream call',
  async (_row, _what, status, { method, path = '/graphql', headers = {}, body: sent }) => {
    const answer = await request(`http://${target.host}${path}`, { method, headers, body: sent ?? null });
    const { errors, data }: Json = await answer.body.json();
    expect([answer.statusCode, answer.headers['content-type'], data]).toEqual([status, 'application/json; charset=utf-8', undefined]);
    expect(errors).toHaveLength(1);
    expect(target.upstreamCalls).toBe(0);
  },
);

test('A12 no origin gets CORS headers', async () => {
  for (const origin of ['https://evil.example', 'null']) {
    for (const method of ['OPTIONS', 'POST'] as const) {
      const headers = { ...json, origin, 'access-control-request-method': 'POST' };
      const answer = await request(`http://${target.host}/graphql`, {
        method,
        headers,
        body: method === 'POST' ? JSON.stringify({ query: '{ __typename }' }) : null,
      });
      await answer.body.dump();
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  }
});

test('A12 a page whose host name points to this machine (DNS rebinding) reaches nothing but the probes', async () => {
  const { port } = new URL(`http://${target.host}`);
  const host = `evil.example:${port}`;
  const ask = async (path: string, method: 'GET' | 'POST'): Promise<number> => {
    const headers = { ...json, host, origin: `http://${host}` };
    const answer = await request(`http://${target.host}${path}`, { method, headers, body: method === 'POST' ? cancel : null });
    await answer.body.dump();
    return answer.statusCode;
  };
  for (const path of ['/graphql', '/graphql/stream', '/demo/planes', '/audit'])
    expect([path, await ask(path, 'POST')]).toEqual([path, 403]);
  expect([await ask('/livez', 'GET'), await ask('/readyz', 'GET')]).toEqual([200, 200]);
  expect(target.upstreamCalls).toBe(0);
});

test('A13 headers that request a trace have no effect', async () => {
  const headers = { ...json, 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1', 'include-trace': 'true' };
  const answer = await request(`http://${target.host}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  expect(await answer.body.json()).toEqual({ data: { __typename: 'Query' } });
});

test('A45 no document is stored for a hash that a client sends', async () => {
  const sha256Hash = 'f'.repeat(64);
  const sendPersistedQuery = async (sent: object): Promise<Json> => {
    const answer = await request(`http://${target.host}/graphql`, { method: 'POST', headers: json, body: JSON.stringify(sent) });
    return answer.body.json();
  };
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const refused = { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] };
  expect(await sendPersistedQuery({ extensions })).toMatchObject(refused);
  expect(await sendPersistedQuery({ query: '{ __typename }', extensions })).toEqual({ data: { __typename: 'Query' } });
  expect(await sendPersistedQuery({ extensions })).toMatchObject(refused);
});
