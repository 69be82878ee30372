import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { createClient, type TributaryClient } from '../../src/client/index.js';
import { type LiveServer, startLiveServer } from '../server/subscriptions/live-server.js';
import { waitUntil } from '../support/wait-until.js';
import { NetworkProxy } from './network-proxy.js';

const subscription = 'subscription ($times: Int) { messages(times: $times) { text } }';

let server: LiveServer;
let relay: NetworkProxy;
let client: TributaryClient;
let lost: string[];
beforeEach(async () => {
  server = await startLiveServer();
  relay = await NetworkProxy.start(`http://${server.host}`);
  lost = [];
});
afterEach(async () => {
  client.close();
  await relay.close();
  await server.app.close();
});

function connect(webSocketImpl: unknown): void {
  client = createClient({ url: relay.url, webSocketImpl, retryDelayMs: () => 5, onLost: ({ message }) => lost.push(message) });
}

describe.each([
  ['over a WebSocket', WebSocket],
  ['over an event stream', null],
])('subscribe %s', (_name, webSocketImpl) => {
  beforeEach(() => connect(webSocketImpl));

  test('yields the events in order, with those that arrive while nobody reads, and ends when the gateway completes', async () => {
    const events = client.subscribe<{ messages: { text: string } }>(subscription, { times: 2 });
    await server.feed.until(1);
    for (const word of ['a', 'b', 'c']) server.feed.push(word);
    expect((await events.next()).value).toEqual({ data: { messages: { text: 'aa' } }, errors: [] });
    expect((await events.next()).value?.data?.messages.text).toBe('bb');
    server.feed.finish();
    expect((await events.next()).value?.data?.messages.text).toBe('cc');
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('is unsubscribed at the gateway when the loop is left', async () => {
    const events = client.subscribe(subscription);
    await server.feed.until(1);
    server.feed.push('a');
    for await (const { data } of events) {
      expect(data).toEqual({ messages: { text: 'a' } });
      break;
    }
    await server.feed.until(0);
    await waitUntil(() => relay.webSockets === 0);
  });

  test('is opened again when its connection is lost, and reports the loss', async () => {
    let opened = 0;
    const events = client.subscribe(subscription, {}, { onOpened: () => (opened += 1) });
    await waitUntil(() => opened === 1);
    await server.feed.until(1);
    relay.cut();
    await waitUntil(() => lost.length > 2);
    relay.join(`http://${server.host}`);
    await waitUntil(() => opened === 2);
    await server.feed.until(1);
    server.feed.push('again');
    expect((await events.next()).value?.data).toEqual({ messages: { text: 'again' } });
  });

  test('yields the errors of a refused subscription as an event, and ends', async () => {
    const events = client.subscribe('subscription { refusing { text } }');
    expect((await events.next()).value?.errors).toMatchObject([{ message: 'Nobody says that.', extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await events.next()).done).toBe(true);
  });

  test('throws when it is aborted, after the events that had arrived', async () => {
    const aborting = new AbortController();
    const events = client.subscribe(subscription, {}, { signal: aborting.signal });
    await server.feed.until(1);
    server.feed.push('a');
    expect((await events.next()).value?.data).toEqual({ messages: { text: 'a' } });
    const next = events.next();
    aborting.abort('enough');
    await expect(next).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await server.feed.until(0);
  });
});

test('many subscriptions share one WebSocket, which is closed after the last', async () => {
  connect(WebSocket);
  const all = [1, 2, 3].map((times) => client.subscribe<{ messages: { text: string } }>(subscription, { times }));
  await server.feed.until(3);
  expect(relay.webSockets).toBe(2);
  server.feed.push('x');
  expect(await Promise.all(all.map(async (events) => (await events.next()).value?.data?.messages.text))).toEqual(['x', 'xx', 'xxx']);
  for (const events of all) await events.return?.();
  await waitUntil(() => relay.webSockets === 0);
});

test('where no WebSocket can be opened, an event stream is used from then on', async () => {
  relay.refusesWebSockets = true;
  connect(WebSocket);
  const events = client.subscribe(subscription);
  await server.feed.until(1);
  server.feed.push('a');
  expect((await events.next()).value?.data).toEqual({ messages: { text: 'a' } });
  relay.refusesWebSockets = false;
  client.subscribe(subscription);
  await server.feed.until(2);
  expect([relay.webSockets, lost]).toEqual([0, []]);
});

test('without a global WebSocket, as in Node 20, an event stream is used', async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  Reflect.deleteProperty(globalThis, 'WebSocket');
  connect(undefined);
  if (own !== undefined) Object.defineProperty(globalThis, 'WebSocket', own);
  client.subscribe(subscription);
  await server.feed.until(1);
  expect(relay.webSockets).toBe(0);
});
