import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { bearer, keyOf } from '../../support/callers.js';
import { RawConnection } from '../../support/raw-http.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({
    configuration: {
      server: { port: 0, trustedProxies: ['127.0.0.1'] },
      auth: {
        mode: 'keys',
        keys: [
          { id: 'sre', key: keyOf('sre') },
          { id: 'old', key: keyOf('old'), expires: '2026-11-21T07:59:59Z' },
        ],
        grants: [{ who: '*', actions: ['read'], sources: ['*'] }],
      },
    },
  });
});
afterAll(() => world.close());
beforeEach(() => world.forgetCalls());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

let address = 0;

/** Each from an address of its own, so that failures do not add up. */
async function send(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
  address += 1;
  const response = await request(world.gateway.origin + path, {
    method,
    headers: { 'x-forwarded-for': `192.0.2.${address}`, ...headers },
    body: body ?? null,
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

const query = JSON.stringify({ query: '{ tasks { totalCount } }' });
const subscription = JSON.stringify({ query: 'subscription { tasksChanged { kind } }' });
const json = { 'content-type': 'application/json' };
const inUrl = `query=${encodeURIComponent('{ tasks { totalCount } }')}`;
const preflight = { 'apollo-require-preflight': 'true' };
const expected = {
  errors: [
    {
      message: 'The caller is not authenticated: send a credential of this gateway as "authorization: Bearer …".',
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ],
};

const credentials: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['no credential', {}],
  ['an empty one', { authorization: '' }],
  ['a wrong key', { authorization: 'Bearer trb_wrong' }],
  ['a key that has expired', bearer('old')],
  ['the id of a key', { authorization: 'Bearer sre' }],
  ['another scheme', { authorization: `Basic ${Buffer.from(`sre:${keyOf('sre')}`).toString('base64')}` }],
  ['two keys', { authorization: `Bearer ${keyOf('sre')} ${keyOf('sre')}` }],
  ['a cookie', { cookie: `authorization=${keyOf('sre')}` }],
  ['a token without a signature', { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzcmUifQ.' }],
];

const routes: readonly (readonly [string, 'GET' | 'POST', string, Readonly<Record<string, string>>, string | undefined])[] = [
  ['POST', 'POST', '/graphql', json, query],
  ['GET', 'GET', `/graphql?${inUrl}`, preflight, undefined],
  ['SSE by POST', 'POST', '/graphql/stream', json, subscription],
  ['SSE by GET', 'GET', `/graphql/stream?${inUrl}`, preflight, undefined],
];

test.each(credentials.flatMap(([what, headers]) => routes.map((route) => [what, route[0], headers, route] as const)))(
  'With %s a request by %s is 401 with the same message, and no plane is contacted.',
  async (_what, _how, headers, [, method, path, more, body]) => {
    const response = await send(method, path, { ...more, ...headers }, body);
    expect({ status: response.status, body: JSON.parse(response.text) }).toEqual({ status: 401, body: expected });
    expect(response.headers['www-authenticate']).toBe('Bearer realm="tributary"');
    for (const name of ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const) expect(world.calls(name)).toEqual([]);
  },
);

test.each(['access_token', 'api_key', 'key', 'Token', 'authorization'])(
  'A key in the URL as %s is refused, also beside a good header: every proxy on the way has it in its log.',
  async (name) => {
    const url = `/graphql?${inUrl}&${name}=${keyOf('sre')}`;
    for (const headers of [preflight, { ...preflight, ...bearer('sre') }]) {
      const response = await send('GET', url, headers);
      expect({ status: response.status, body: JSON.parse(response.text) }).toEqual({ status: 401, body: expected });
    }
  },
);

test('The body of an unauthenticated request is not read: no JSON, or too much of it, is 401 too.', async () => {
  for (const body of ['{', 'x'.repeat(200_000)]) expect(await send('POST', '/graphql', json, body)).toMatchObject({ status: 401 });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await send('POST', '/graphql', form, 'query=a')).toMatchObject({ status: 401 });
});

test('A valid key is accepted by POST and GET; the name of the scheme may be written in any case.', async () => {
  const { sre } = { sre: bearer('sre') };
  expect((await send('POST', '/graphql', { ...json, ...sre }, query)).status).toBe(200);
  expect((await send('GET', `/graphql?${inUrl}`, { ...preflight, authorization: `bearer ${keyOf('sre')}` })).status).toBe(200);
});

test('Ten wrong keys from one address within a minute: then 429, for the right key too, until the minute is over.', async () => {
  const from = { ...json, 'x-forwarded-for': '198.51.100.7' };
  for (let n = 0; n < 10; n++) {
    expect((await send('POST', '/graphql', { ...from, authorization: `Bearer wrong-${n}` }, query)).status).toBe(401);
    world.passTime(1_000);
  }
  const refused = await send('POST', '/graphql', { ...from, ...bearer('sre') }, query);
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('50');
  expect(JSON.parse(refused.text)).toEqual({
    errors: [{ message: 'Too many wrong keys came from this address.', extensions: { code: 'RATE_LIMITED', retryAfterMs: 50_000 } }],
  });
  expect((await send('POST', '/graphql', { ...json, ...bearer('sre'), 'x-forwarded-for': '198.51.100.8' }, query)).status).toBe(200);
  world.passTime(50_000);
  expect((await send('POST', '/graphql', { ...from, ...bearer('sre') }, query)).status).toBe(200);
});

test('A request without any credential is not counted as a wrong key.', async () => {
  const from = { ...json, 'x-forwarded-for': '198.51.100.9' };
  for (let n = 0; n < 12; n++) expect((await send('POST', '/graphql', from, query)).status).toBe(401);
  expect((await send('POST', '/graphql', { ...from, ...bearer('sre') }, query)).status).toBe(200);
});

test('What a client writes into X-Forwarded-For behind a trusted proxy does not change its address.', async () => {
  for (let n = 0; n < 10; n++) {
    const headers = { ...json, authorization: 'Bearer wrong', 'x-forwarded-for': `203.0.113.${n}, 198.51.100.10` };
    expect((await send('POST', '/graphql', headers, query)).status).toBe(401);
  }
  const headers = { ...json, authorization: 'Bearer wrong', 'x-forwarded-for': '203.0.113.99, 198.51.100.10', 'x-real-ip': '203.0.113.99' };
  expect((await send('POST', '/graphql', headers, query)).status).toBe(429);
});

test('No response and no line of the log contains a key.', async () => {
  const response = await send('POST', '/graphql', { ...json, authorization: 'Bearer canary-key' }, query);
  expect(response.text + world.log.join('\n')).not.toMatch(/canary-key|that-cannot-be-guessed/);
});

test('Two credentials in one request are refused, in either order', async () => {
  for (const keys of [
    ['sre', 'wrong'],
    ['wrong', 'sre'],
    ['sre', 'sre'],
  ]) {
    const connection = new RawConnection(new URL(world.gateway.origin).host);
    const lines = [
      'GET /graphql?query={__typename} HTTP/1.1',
      'host: a',
      'connection: close',
      ...keys.map((name) => `authorization: Bearer ${keyOf(name)}`),
    ];
    await connection.send(`${lines.join('\r\n')}\r\n\r\n`);
    expect((await connection.ended).status).toBe(401);
  }
});
