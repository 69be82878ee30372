import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import { hangMs, waitUntil } from '../../support/wait-until.js';
import { httpTiming } from '../../../src/server/timeouts.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from '../subscriptions/live-server.js';
import { readStream } from '../subscriptions/read-stream.js';
import { SocketClient } from '../subscriptions/socket-client.js';

/** With 800 sockets, there may be 200 connections on which nobody is authenticated, and 100 of one address. */
const sockets = 800;
/** No connection is closed because it does nothing. */
const longTiming = { ...httpTiming, headersMs: hangMs, requestMs: hangMs, keepAliveMs: hangMs };
const bearer = { authorization: 'Bearer key-of-caller' };
const body = { query: 'subscription { messages { text } }' };

let server: LiveServer;
/** In milliseconds. Connections are opened a second one after another. */
let now: number;
beforeEach(() => {
  now = 0;
});
const opened: Socket[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await server.app.close();
});

async function start({
  trustedProxies = [],
  ...options
}: LiveServerOptions & { readonly trustedProxies?: readonly string[] } = {}): Promise<void> {
  const authenticator = new Authenticator({
    access: {
      mode: 'keys',
      keys: [{ id: 'caller', sha256: createHash('sha256').update('key-of-caller').digest('hex'), expiresAt: null, roles: [] }],
      grants: [{ who: '*', actions: ['read'], sources: ['*'] }],
    },
    trustedProxies,
    fetchPublicDocument: () => Promise.reject(new Error('Nothing is read.')),
    now: Date.now,
  });
  server = await startLiveServer({
    authenticator,
    limits: { sockets },
    timing: { initMs: hangMs, pingMs: hangMs },
    httpTiming: longTiming,
    monotonic: () => now,
    ...options,
  });
}

const upgrade = (forwardedFor: string | null): string =>
  [
    'GET /graphql HTTP/1.1',
    `host: ${server.host}`,
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol: graphql-transport-ws',
    ...(forwardedFor === null ? [] : [`x-forwarded-for: ${forwardedFor}`]),
  ].join('\r\n') + '\r\n\r\n';
const health = (): string => `GET /livez HTTP/1.1\r\nhost: ${server.host}\r\n\r\n`;

/** Connections without a credential from one address, one after another: each has sent its bytes, and been answered, before the next is opened. */
async function openUnauthenticated(count: number, bytes: string | null, localAddress = '127.0.0.1'): Promise<readonly Socket[]> {
  const [address, port] = server.host.split(':');
  const unauthenticated: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect({ port: Number(port), host: address ?? '', localAddress });
    socket.on('error', () => undefined);
    now += 1_000;
    opened.push(socket);
    unauthenticated.push(socket);
    let isAnswered = false;
    socket.once('data', () => (isAnswered = true));
    if (bytes === null) await waitUntil(() => !socket.connecting);
    else socket.write(bytes);
    await waitUntil(() => bytes === null || isAnswered);
  }
  return unauthenticated;
}

const countOpen = (connections: readonly Socket[]): number => connections.filter(({ destroyed, closed }) => !destroyed && !closed).length;

/** A caller from this address reads, and watches over both transports. */
async function useAsCaller(localAddress = '127.0.0.1'): Promise<void> {
  const client = await SocketClient.open(server.host, { headers: bearer, localAddress });
  client.send({ type: 'connection_init' });
  expect(await client.next()).toEqual({ type: 'connection_ack' });
  client.subscribe('a', body.query);
  const stream = await readStream(server.host, { body, headers: bearer, localAddress });
  expect(stream.response.statusCode).toBe(200);
  await server.feed.until(2);
  client.socket.terminate();
  stream.response.destroy();
  await server.feed.until(0);
}

test.each([
  ['WebSockets without connection_init', () => upgrade(null)],
  ['connections that sent nothing', () => null],
  ['connections whose request needed no credential', () => health()],
])('Of 150 %s of one address the 100 newest stay, and a caller from there is served.', async (_what, bytes) => {
  await start();
  const unauthenticated = await openUnauthenticated(150, bytes());
  await waitUntil(() => countOpen(unauthenticated) === 100);
  expect(countOpen(unauthenticated.slice(50))).toBe(100);
  await useAsCaller();
  expect(server.log.filter((line) => line.includes('nobody is authenticated'))).toHaveLength(1);
});

test('Clients of several addresses share 200 connections, and the address with the most of them makes way for others.', async () => {
  await start();
  const few = await openUnauthenticated(3, upgrade(null), '127.0.0.2');
  const many = [
    ...(await openUnauthenticated(100, upgrade(null), '127.0.0.3')),
    ...(await openUnauthenticated(100, upgrade(null), '127.0.0.4')),
    ...(await openUnauthenticated(30, null, '127.0.0.5')),
  ];
  await waitUntil(() => countOpen([...few, ...many]) === 200);
  expect(countOpen(few)).toBe(3);
  await useAsCaller('127.0.0.6');
});

test('Behind a trusted proxy, the address of each client counts.', async () => {
  await start({ trustedProxies: ['127.0.0.1'] });
  const one = await openUnauthenticated(3, upgrade('192.0.2.1'));
  const other = await openUnauthenticated(110, upgrade('192.0.2.2'));
  await waitUntil(() => countOpen(other) === 100);
  expect(countOpen(one)).toBe(3);
});

test('A connection of a caller stays, however many others come after it.', async () => {
  await start();
  const request = `GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nhost: ${server.host}\r\napollo-require-preflight: 1\r\nauthorization: ${bearer.authorization}\r\n\r\n`;
  const callers = await openUnauthenticated(2, request);
  const client = await SocketClient.open(server.host, { headers: bearer });
  client.send({ type: 'connection_init' });
  await client.next();
  const unauthenticated = await openUnauthenticated(120, null);
  await waitUntil(() => countOpen(unauthenticated) === 100);
  expect([countOpen(callers), client.socket.readyState]).toEqual([2, client.socket.OPEN]);
  client.socket.terminate();
});

test('Event streams without a credential are refused before they take a place, and limits.sockets 0 bounds nothing.', async () => {
  await start({ limits: { sockets: 1 } });
  for (let n = 0; n < 3; n += 1) {
    const { response } = await readStream(server.host, { body });
    expect(response.statusCode).toBe(401);
    response.destroy();
  }
  const stream = await readStream(server.host, { body, headers: bearer });
  expect(stream.response.statusCode).toBe(200);
  stream.response.destroy();
  await server.feed.until(0);
  await server.app.close();
  await start({ limits: { sockets: 0 } });
  expect(countOpen(await openUnauthenticated(250, null))).toBe(250);
});

test('No request of a caller is lost, however many connections of one address send their first one at a time.', async () => {
  await start();
  const [address, port] = server.host.split(':');
  const request = `GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nhost: ${server.host}\r\napollo-require-preflight: 1\r\nauthorization: ${bearer.authorization}\r\n\r\n`;
  let answered = 0;
  for (let n = 0; n < 300; n += 1) {
    const socket = connect({ port: Number(port), host: address ?? '' });
    opened.push(socket.on('error', () => undefined));
    socket.once('data', () => (answered += 1));
    socket.write(request);
  }
  await waitUntil(() => answered === 300);
});
