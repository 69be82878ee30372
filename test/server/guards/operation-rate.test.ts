import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { post } from '../../support/post.js';
import { type LiveServer, startLiveServer } from '../subscriptions/live-server.js';
import { readStream } from '../subscriptions/read-stream.js';
import { SocketClient } from '../subscriptions/socket-client.js';

const clock = { now: 0 };
let server: LiveServer;
beforeEach(async () => {
  server = await startLiveServer({ limits: { operationsPerSecond: 4, socketsPerCaller: 2 }, monotonic: () => clock.now });
});
afterEach(() => server.app.close());

const subscription = 'subscription { messages { text } }';
const limited = {
  message: 'The caller sends more than limits.operationsPerSecond allows.',
  extensions: { code: 'RATE_LIMITED', retryAfterMs: 250 },
};

/** Takes what there is for this second. */
async function exhaust(): Promise<void> {
  for (let i = 0; i < 4; i += 1) expect((await post(`http://${server.host}/graphql`, { query: '{ hello }' })).status).toBe(200);
}

test('One operation too many is 429 with Retry-After, by POST and by GET, and is answered after that time.', async () => {
  await exhaust();
  for (const request of [{ body: { query: '{ hello }' } }, { method: 'GET', path: '/graphql?query=%7Bhello%7D' }]) {
    const { response } = await readStream(server.host, { path: '/graphql', ...request });
    expect([response.statusCode, response.headers['retry-after'], response.headers['content-type']]).toEqual([
      429,
      '1',
      'application/json; charset=utf-8',
    ]);
    response.destroy();
  }
  const refused = await post(`http://${server.host}/graphql`, { query: '{ hello }' });
  expect(refused.errors).toEqual([limited]);
  clock.now += 250;
  expect((await post(`http://${server.host}/graphql`, { query: '{ hello }' })).status).toBe(200);
});

test('It is an error message over WebSocket, whose connection stays.', async () => {
  const client = await SocketClient.connect(server.host);
  await exhaust();
  client.subscribe('a', subscription);
  expect(await client.next()).toEqual({ id: 'a', type: 'error', payload: [limited] });
  clock.now += 250;
  client.subscribe('b', subscription);
  await server.feed.until(1);
  client.socket.terminate();
  await server.feed.until(0);
});

test('It is 429 for an event stream.', async () => {
  await exhaust();
  const { response } = await readStream(server.host, { body: { query: subscription } });
  expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '1']);
  response.destroy();
});

test('One connection too many is closed with 4429, or is 429, until another one ends.', async () => {
  const first = await SocketClient.connect(server.host);
  const second = await readStream(server.host, { body: { query: subscription } });
  expect(second.response.statusCode).toBe(200);
  await server.feed.until(1);
  const third = await SocketClient.open(server.host);
  // Whose connection it is, is known from now on.
  third.send({ type: 'connection_init' });
  expect(await third.closed).toBe(4429);
  const fourth = await readStream(server.host, { body: { query: subscription } });
  expect([fourth.response.statusCode, fourth.response.headers['retry-after']]).toEqual([429, '5']);
  fourth.response.destroy();
  second.response.destroy();
  await server.feed.until(0);
  const fifth = await SocketClient.connect(server.host);
  for (const { socket } of [first, fifth]) socket.terminate();
});
