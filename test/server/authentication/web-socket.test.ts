import { createHash } from 'node:crypto';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import type { AuthenticationSettings, HashedApiKey } from '../../../src/server/authentication/authentication-settings.js';
import { type LiveServer, startLiveServer } from '../subscriptions/live-server.js';
import { readStream } from '../subscriptions/read-stream.js';
import { SocketClient } from '../subscriptions/socket-client.js';

const keyOf = (id: string): HashedApiKey => ({
  id,
  sha256: createHash('sha256').update(`key-${id}`).digest('hex'),
  expiresAt: null,
  roles: [],
});
const access = (...ids: readonly string[]): AuthenticationSettings => ({
  mode: 'keys',
  keys: ids.map(keyOf),
  grants: [{ who: '*', actions: ['read'], sources: ['*'] }],
});

let now: number;
let authenticator: Authenticator;
let server: LiveServer;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 21, 8);
  authenticator = new Authenticator({
    access: access('a', 'b'),
    trustedProxies: [],
    fetchPublicDocument: () => Promise.reject(new Error('Nothing is read.')),
    now: () => now,
  });
  server = await startLiveServer({ authenticator, timing: { pingMs: 400 } });
});
afterEach(async () => {
  expect(server.log.filter((line) => !line.includes('A WebSocket was refused'))).toEqual([]);
  await server.app.close();
});

const subscription = 'subscription { messages { text } }';

test.each([
  ['in the payload', { authorization: 'Bearer key-a' }, {}],
  ['in the payload, as a header is written', { Authorization: 'Bearer key-a' }, {}],
  ['with the request that opens the WebSocket', undefined, { authorization: 'Bearer key-a' }],
  ['in the payload, which counts more than the request', { authorization: 'Bearer key-a' }, { authorization: 'Bearer wrong' }],
])('A key %s is accepted over WebSocket.', async (_where, payload, headers) => {
  const client = await SocketClient.open(server.host, { headers });
  client.send({ type: 'connection_init', payload });
  expect(await client.next()).toEqual({ type: 'connection_ack' });
});

test.each([
  ['nothing', undefined, {}],
  ['a wrong key', { authorization: 'Bearer wrong' }, {}],
  ['a wrong key beside a good one', { authorization: 'Bearer wrong' }, { authorization: 'Bearer key-a' }],
  ['a key without its scheme', { authorization: 'key-a' }, {}],
  ['a key that is no text', { authorization: ['Bearer key-a'] }, {}],
  ['two spellings of a key', { authorization: 'Bearer key-a', Authorization: 'Bearer key-b' }, {}],
  [
    'two spellings of one key beside a good one',
    { authorization: 'Bearer key-a', AUTHORIZATION: 'Bearer key-a' },
    { authorization: 'Bearer key-a' },
  ],
  ['a key under another name', { token: 'Bearer key-a' }, {}],
  ['a cookie of one of our own pages', undefined, { cookie: 'authorization=key-a', origin: 'http://HOST' }],
])('With %s a WebSocket is closed with 4403 and never acknowledged.', async (_what, payload, headers) => {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', server.host)]));
  const client = await SocketClient.open(server.host, { headers: own });
  client.send({ type: 'connection_init', payload });
  expect(await client.closed).toBe(4403);
});

test.each([
  ['a key of the payload twice', '{"type":"connection_init","payload":{"authorization":"Bearer key-b","authorization":"Bearer key-a"}}'],
  ['its payload twice', '{"type":"connection_init","payload":{},"p\\u0061yload":{"authorization":"Bearer key-a"}}'],
])(
  'A message that has %s closes the WebSocket with 4400, as what checked it on its way may have read the other one.',
  async (_what, text) => {
    const client = await SocketClient.open(server.host);
    client.socket.send(text);
    expect(await client.closed).toBe(4400);
  },
);

test('A key in the URL is refused.', async () => {
  const client = await SocketClient.open(server.host, { path: '/graphql?access_token=key-a' });
  client.send({ type: 'connection_init', payload: { authorization: 'Bearer key-a' } });
  expect(await client.closed).toBe(4403);
});

test('A client that says nothing within the time is closed with 4408.', async () => {
  const withShortWait = await startLiveServer({ authenticator, timing: { initMs: 10 } });
  const client = await SocketClient.open(withShortWait.host);
  expect(await client.closed).toBe(4408);
  await withShortWait.app.close();
});

test.each<readonly [string, number, readonly unknown[]]>([
  ['subscribes before connection_ack', 4401, [{ type: 'subscribe', id: '1', payload: { query: subscription } }]],
  ['begins twice', 4429, [1, 2].map(() => ({ type: 'connection_init', payload: { authorization: 'Bearer key-a' } }))],
  ['sends what the protocol does not know', 4400, [{ type: 'start', payload: {} }]],
])('A client that %s is closed with %i.', async (_what, code, messages) => {
  const client = await SocketClient.open(server.host);
  for (const message of messages) client.send(message);
  expect(await client.closed).toBe(code);
});

test('A WebSocket of a foreign page is refused with 403, and so is one with a cookie that does not say whose page it is.', async () => {
  for (const headers of [
    { origin: 'https://evil.example', authorization: 'Bearer key-a' },
    { origin: 'null', authorization: 'Bearer key-a' },
    { cookie: 'session=1', authorization: 'Bearer key-a' },
  ]) {
    await expect(SocketClient.open(server.host, { headers })).rejects.toThrow('403');
  }
  expect(server.log).toHaveLength(3);
});

test('The old protocol, which let clients subscribe before they were authenticated, is not supported.', async () => {
  const client = await SocketClient.open(server.host, { protocols: ['graphql-ws', 'graphql-transport-ws'] });
  expect(client.socket.protocol).toBe('graphql-transport-ws');
  const old = await SocketClient.open(server.host, { protocols: ['graphql-ws'] }).then(
    (opened) => opened.closed,
    () => 4406,
  );
  expect(old).toBe(4406);
});

test('Too many wrong keys over WebSocket: then none is checked any more, nor over HTTP.', async () => {
  for (let n = 0; n < 10; n++) {
    const client = await SocketClient.open(server.host);
    client.send({ type: 'connection_init', payload: { authorization: `Bearer wrong-${n}` } });
    expect(await client.closed).toBe(4403);
  }
  const client = await SocketClient.open(server.host);
  client.send({ type: 'connection_init', payload: { authorization: 'Bearer key-a' } });
  expect(await client.closed).toBe(1013);
  const stream = await readStream(server.host, { body: { query: subscription }, headers: { authorization: 'Bearer key-a' } });
  expect(stream.response.statusCode).toBe(429);
  await stream.next();
});

test('When a key is revoked, its WebSockets and streams are closed, and those of others go on.', async () => {
  const open = async (key: string) => {
    const client = await SocketClient.open(server.host);
    client.send({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
    await client.next();
    client.subscribe('1', subscription);
    return client;
  };
  const [a, b] = await Promise.all([open('key-a'), open('key-b')]);
  const stream = await readStream(server.host, { body: { query: subscription }, headers: { authorization: 'Bearer key-a' } });
  await server.feed.until(3);
  expect(authenticator.replace(access('b'))).toBe(true);
  expect(await a.closed).toBe(4403);
  while ((await stream.next()) !== null);
  server.feed.push('still here');
  expect(await b.next()).toMatchObject({ type: 'next', payload: { data: { messages: { text: 'still here' } } } });
});

test('An event that comes after a key has expired, and before its WebSocket is closed, is not sent.', async () => {
  const expiring: AuthenticationSettings = { mode: 'keys', keys: [{ ...keyOf('a'), expiresAt: now + 1_000 }], grants: [] };
  authenticator.replace(expiring);
  const slow = await startLiveServer({ authenticator, timing: { pingMs: 60_000 } });
  const client = await SocketClient.open(slow.host);
  client.send({ type: 'connection_init', payload: { authorization: 'Bearer key-a' } });
  await client.next();
  client.subscribe('1', subscription);
  const stream = await readStream(slow.host, { body: { query: subscription }, headers: { authorization: 'Bearer key-a' } });
  await slow.feed.until(2);
  now += 1_000;
  slow.feed.push('canary');
  const errors = [{ extensions: { code: 'UNAUTHENTICATED' } }];
  expect(await client.next()).toMatchObject({ type: 'next', payload: { errors } });
  expect(await stream.nextData()).toMatchObject({ errors });
  await slow.app.close();
});

test('The mode of authentication does not change while the gateway runs.', async () => {
  expect(authenticator.replace({ mode: 'none' })).toBe(false);
  const nothing = {
    authorization: undefined,
    url: '/graphql',
    remoteAddress: '192.0.2.1',
    forwardedFor: undefined,
    sourceTokens: new Map(),
  };
  await expect(authenticator.authenticate(nothing)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
