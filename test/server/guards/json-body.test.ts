import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { request } from 'undici';

import { BareGateway } from '../bare-gateway.js';
import { readStream } from '../subscriptions/read-stream.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema('type Query { hello(a: Int): String }'), { limits: { bodyKb: 0 } });
});
afterAll(() => gateway.close());

const json = 'application/json';
const nested = (levels: number): string => `{"query":"{ hello }","variables":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
const keys = (count: number): string =>
  `{"query":"{ hello }","variables":{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}}`;

test.each([
  ['20,000 levels', json, nested(20_000), 200, 'LIMIT_EXCEEDED'],
  ['65 levels', json, nested(63), 200, 'LIMIT_EXCEEDED'],
  ['20,000 levels in extensions', json, nested(20_000).replace('variables', 'extensions'), 200, 'LIMIT_EXCEEDED'],
  ['1,000,000 keys', json, keys(1_000_000), 200, 'LIMIT_EXCEEDED'],
  ['one key twice', json, '{"query":"{ hello }","query":"{ hello }"}', 200, 'LIMIT_EXCEEDED'],
  ['one key twice, written in two ways', json, '{"query":"{ hello }","qu\\u0065ry":"{ hello }"}', 200, 'LIMIT_EXCEEDED'],
  ['one key twice, deep inside', json, '{"query":"{ hello }","variables":{"a":[{"b":1,"c":2,"b":3}]}}', 200, 'LIMIT_EXCEEDED'],
  ['UTF-16', `${json}; charset=utf-16`, '{"query":"{ hello }"}', 415, 'BAD_USER_INPUT'],
  ['UTF-7', `${json}; charset="utf-7"`, '{"query":"{ hello }"}', 415, 'BAD_USER_INPUT'],
  ['an overlong slash', json, Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 400, 'BAD_USER_INPUT'],
  ['half a character', json, Buffer.from([0x22, 0xe2, 0x82, 0x22]), 400, 'BAD_USER_INPUT'],
  ['NUL', json, '{"query":"{ hello }\u0000"}', 400, 'BAD_USER_INPUT'],
  ['garbage behind the media type', `${json} garbage`, '{"query":"{ hello }"}', 415, 'BAD_USER_INPUT'],
  ['a constructor', json, '{"query":"{ hello }","variables":{"constructor":{"prototype":{"x":1}}}}', 400, 'BAD_USER_INPUT'],
  ['a prototype', json, '{"query":"{ hello }","variables":{"__proto__":{"x":1}}}', 400, 'BAD_USER_INPUT'],
] as const)('%s is refused, and nothing of it is repeated', async (_what, type, body, status, code) => {
  const {
    statusCode,
    headers,
    body: responseBody,
  } = await request(`http://${gateway.host}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
  expect([statusCode, headers['content-type'], await responseBody.json()]).toEqual([
    status,
    'application/json; charset=utf-8',
    { errors: [{ message: expect.any(String), extensions: { code } }] },
  ]);
  expect(Reflect.get({}, 'x')).toBeUndefined();
});

test.each([
  ['variables', '{"a":1,"a":2}', 'An object in the parameter variables has one key twice.'],
  ['variables', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'The parameter variables is nested too deeply.'],
  ['extensions', '{"a":{"b":1,"\\u0062":2}}', 'An object in the parameter extensions has one key twice.'],
])('What a body may not have is refused in a URL too: %s %s', async (name, value, message) => {
  const path = `/graphql?${new URLSearchParams({ query: 'query ($a: Int) { hello(a: $a) }', [name]: value }).toString()}`;
  const { status, json: body } = await gateway.send({ method: 'GET', path, headers: { 'apollo-require-preflight': '1' } });
  expect([status, body]).toEqual([200, { errors: [{ message, extensions: { code: 'LIMIT_EXCEEDED' } }] }]);
});

test.each(['gzip', 'deflate', 'br', 'gzip, gzip', 'x'])('a body in %s is 415, for an event stream too', async (encoding) => {
  const headers = { 'content-type': json, 'content-encoding': encoding };
  const { statusCode } = await request(`http://${gateway.host}/graphql`, {
    method: 'POST',
    headers,
    body: gzipSync(Buffer.alloc(1_000_000)),
  });
  expect(statusCode).toBe(415);
  const { response } = await readStream(gateway.host, { body: { query: '{ hello }' }, headers: { 'content-encoding': encoding } });
  expect(response.statusCode).toBe(415);
  response.destroy();
});

test.each([
  ['UTF-8 that is said to be', `${json}; charset=UTF-8`, '{"query":"{ hello }"}'],
  ['a byte order mark', json, '\ufeff{"query":"{ hello }"}'],
  ['64 levels', json, nested(62)],
  ['brackets in strings', json, `{"query":"{ hello } # ${'['.repeat(100)}\\""}`],
  ['one key in two objects', json, '{"query":"{ hello }","variables":{"a":1,"b":{"a":1}}}'],
])('%s is read', async (_what, type, body) => {
  const response = await gateway.send({ headers: { 'content-type': type }, body });
  expect([response.status, response.json]).toEqual([200, { data: { hello: null } }]);
});
