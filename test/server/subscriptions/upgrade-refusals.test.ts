import { afterEach, describe, expect, test } from '@jest/globals';

import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import { RawConnection, type RawExchange } from '../../support/raw-http.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from './live-server.js';
import { SocketClient } from './socket-client.js';

const page = 'https://tasks.corp.example';
let server: LiveServer;
let now = 0;
afterEach(() => server.app.close());

async function start(options: LiveServerOptions = {}): Promise<void> {
  server = await startLiveServer({ monotonic: () => now, ...options });
}

const trusting = (...trustedProxies: readonly string[]) =>
  new Authenticator({ access: { mode: 'none' }, trustedProxies, fetchPublicDocument: () => Promise.reject(new Error()), now: Date.now });

const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'graphql-transport-ws',
};

/** A request for a WebSocket; undefined leaves a header out. */
async function upgrade(
  headers: Readonly<Record<string, string | undefined>>,
  line = 'GET /graphql HTTP/1.1',
  body = '',
): Promise<RawExchange> {
  const connection = new RawConnection(server.host);
  const all = Object.entries({ host: server.host, ...handshake, ...headers }).filter(([, value]) => value !== undefined);
  await connection.send(`${[line, ...all.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n${body}`);
  connection.socket.on('data', (text) => String(text).startsWith('HTTP/1.1 101') && connection.socket.destroy());
  return connection.ended;
}

const lines = () => server.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
const errorIn = ({ text }: RawExchange) =>
  (
    JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as {
      readonly errors: readonly { readonly message: string; readonly extensions: object }[];
    }
  ).errors[0];

describe('A page of another origin', () => {
  test('is refused once for each attempt, and logged once for each origin with what the operator can do.', async () => {
    await start();
    for (let n = 0; n < 3; n += 1) expect((await upgrade({ origin: page })).status).toBe(403);
    expect((await upgrade({ origin: 'null' })).status).toBe(403);
    expect(lines()).toMatchObject([{ origin: page, host: server.host, code: 'FORBIDDEN' }, { origin: 'null' }]);
    expect(lines()[0]?.['msg']).toMatch(/proxy_set_header Host \$http_host.*server\.cors/);
    expect(lines()[0]).not.toHaveProperty('forwardedHost');
    now += 600_000;
    await upgrade({ origin: page });
    expect(lines()[2]).toMatchObject({ origin: page, suppressed: 2 });
  });

  test('cannot fill the log by origins that are invented.', async () => {
    await start();
    for (let n = 0; n < 110; n += 1) await upgrade({ origin: `https://page-${n}.example` });
    expect(lines()).toHaveLength(100);
  });

  test.each([
    ['the host that the client named', { host: 'tasks.corp.example' }],
    ['that host in capitals, with the default port', { host: 'Tasks.Corp.Example:443' }],
  ])('is allowed where a proxy passes on %s.', async (_what, headers) => {
    await start();
    expect((await upgrade({ origin: page, ...headers })).status).toBe(101);
    expect(server.log).toEqual([]);
  });

  test.each(['tasks.corp.example', 'tasks.corp.example, inner.corp.example'])(
    'is allowed by X-Forwarded-Host (%s) of a trusted proxy alone.',
    async (forwarded) => {
      const headers = { origin: page, 'x-forwarded-host': forwarded };
      await start({ authenticator: trusting('127.0.0.0/8') });
      expect((await upgrade(headers)).status).toBe(101);
      expect((await upgrade({ ...headers, 'x-forwarded-host': 'other.example' })).status).toBe(403);
      await server.app.close();
      await start({ authenticator: trusting('10.0.0.0/8') });
      expect((await upgrade(headers)).status).toBe(403);
      expect(lines()).toMatchObject([{ forwardedHost: 'tasks.corp.example', msg: expect.stringMatching(/server\.trustedProxies/) }]);
    },
  );

  test.each(['tasks.corp.example:8443', 'evil.example', 'a@tasks.corp.example', 'tasks.corp.example/', ''])(
    'is refused where the host is %s.',
    async (host) => {
      await start();
      expect((await upgrade({ origin: page, host })).status).toBe(403);
    },
  );
});

test('A cookie without an Origin is refused in words that speak of neither a page nor its origin, and logged.', async () => {
  await start();
  const response = await upgrade({ cookie: 'session=canary' });
  expect([response.status, errorIn(response)]).toMatchObject([
    403,
    { message: 'A request for a WebSocket that has a cookie must have the header Origin too.', extensions: { code: 'FORBIDDEN' } },
  ]);
  expect(lines()).toMatchObject([{ msg: expect.stringMatching(/cookie.*no Origin/) }]);
  expect(server.log.join()).not.toContain('canary');
});

test.each<readonly [string, number, string, Readonly<Record<string, string | undefined>>, RegExp]>([
  ['a POST', 405, 'POST /graphql HTTP/1.1', { 'content-length': '15' }, /allow: GET/],
  ['a handshake without a key', 400, 'GET /graphql HTTP/1.1', { 'sec-websocket-key': undefined }, /./],
  ['a handshake of an old version', 426, 'GET /graphql HTTP/1.1', { 'sec-websocket-version': '7' }, /sec-websocket-version: 13/],
  ['a handshake with a malformed protocol', 400, 'GET /graphql HTTP/1.1', { 'sec-websocket-protocol': ', ,' }, /./],
  ['another path', 404, 'GET /socket?token=canary HTTP/1.1', {}, /./],
])(
  'The headers of an upgrade in %s are answered with %i in the form of every error, and logged once.',
  async (_what, status, line, headers, head) => {
    await start();
    for (let n = 0; n < 2; n += 1) {
      const response = await upgrade(headers, line, line.startsWith('POST') ? '{"query":"{ a"}' : '');
      expect([response.status, errorIn(response)]).toMatchObject([status, { extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(response.text).toMatch(head);
    }
    expect(lines()).toHaveLength(1);
    expect(server.log.join()).not.toContain('canary');
  },
);

test('A WebSocket over the limit is logged once.', async () => {
  await start({ limits: { sockets: 1 } });
  const client = await SocketClient.connect(server.host);
  for (let n = 0; n < 2; n += 1) expect((await upgrade({})).status).toBe(503);
  expect(lines()).toMatchObject([{ code: 'OVERLOADED', msg: expect.stringContaining('limits.sockets') }]);
  client.socket.terminate();
});
