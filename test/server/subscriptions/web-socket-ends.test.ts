import { beforeEach, describe, expect, test } from '@jest/globals';

import { ServerOfEachTest } from './server-of-each-test.js';
import { SocketClient } from './socket-client.js';

const server = new ServerOfEachTest();

describe('A WebSocket is closed', () => {
  test('with 4406 when it does not speak graphql-transport-ws.', async () => {
    const client = await SocketClient.open(server.host, { protocols: [] });
    expect(await client.closed).toBe(4406);
    // The client of ws gives up by itself when none of its protocols is chosen.
    await expect(SocketClient.open(server.host, { protocols: ['graphql-ws'] })).rejects.toThrow('no subprotocol');
  });

  test('with 4408 when no message arrives in time.', async () => {
    await server.restart({ timing: { initMs: 10 } });
    const client = await SocketClient.open(server.host);
    expect(await client.closed).toBe(4408);
  });

  test.each([
    ['4400 when a message is no JSON', ['{'], 4400],
    ['4400 when a message is none of the protocol', [{ type: 'start', id: '1' }], 4400],
    ['4400 when a message is of the wrong shape', [{ type: 'connection_init' }, { type: 'subscribe', id: 1, payload: {} }], 4400],
    ['4401 when it subscribes before it is acknowledged', [{ type: 'subscribe', id: '1', payload: { query: '{ a }' } }], 4401],
    ['4429 when it says hello twice', [{ type: 'connection_init' }, { type: 'connection_init' }], 4429],
    ['1009 when a message is over 64 kB', [{ type: 'ping', payload: { text: 'x'.repeat(64 * 1024) } }], 1009],
  ])('with %s.', async (_name, messages, code) => {
    const client = await SocketClient.open(server.host);
    for (const message of messages) client.send(message);
    expect(await client.closed).toBe(code);
  });

  test('with 4409 when an id is used twice, and its subscriptions end.', async () => {
    const client = await SocketClient.connect(server.host);
    for (let i = 0; i < 2; i += 1) client.subscribe('a', 'subscription { messages { text } }');
    expect(await client.closed).toBe(4409);
    await server.feed.until(0);
  });

  test('when it does not answer a ping.', async () => {
    await server.restart({ timing: { pingMs: 200 } });
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription { messages { text } }');
    await server.feed.until(1);
    client.socket.pause();
    await server.feed.until(0);
    client.socket.resume();
    expect(await client.closed).toBe(1006);
  });

  test('with 1013 when more waits for it than it reads, and events are not pulled ahead of it.', async () => {
    server.expectInLog(/reads too slowly/);
    await server.restart({ timing: { overfullMs: 50, closeMs: 60_000 } });
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription { messages(times: 8000000) { text } }');
    await server.feed.until(1);
    client.socket.pause();
    const pushed = 20;
    for (let i = 0; i < pushed; i += 1) server.feed.push('x');
    await server.logged;
    expect(server.feed.pulls).toBeLessThan(pushed / 2);
    await server.feed.until(0);
    client.socket.resume();
    expect(await client.closed).toBe(1013);
  });

  test('with 1001 when the gateway stops, and the gateway does not wait for a client that does not answer.', async () => {
    await server.restart({ timing: { closeMs: 50 } });
    const [reading, paused] = [await SocketClient.connect(server.host), await SocketClient.connect(server.host)];
    for (const client of [reading, paused]) client.subscribe('a', 'subscription { messages { text } }');
    await server.feed.until(2);
    paused.socket.pause();
    await server.app.close();
    expect(await reading.closed).toBe(1001);
    expect(server.feed.count).toBe(0);
    paused.socket.terminate();
  });
});

describe('A WebSocket is refused', () => {
  beforeEach(() => server.expectInLog(/A WebSocket was refused/));

  test("when the page is neither the gateway's own nor named in server.cors.", async () => {
    await server.restart({ cors: ['https://studio.example'] });
    for (const origin of ['https://evil.example', 'null', `http://${server.host}.evil.example`]) {
      await expect(SocketClient.open(server.host, { origin })).rejects.toThrow('403');
    }
    for (const origin of ['https://studio.example', `http://${server.host}`, `https://${server.host}`]) {
      (await SocketClient.connect(server.host, { origin })).socket.terminate();
    }
  });

  test('anywhere but at /graphql.', async () => {
    await expect(SocketClient.open(server.host, { path: '/graphql/stream' })).rejects.toThrow('404');
    (await SocketClient.connect(server.host, { path: '/graphql?a=1' })).socket.terminate();
  });

  test('when limits.sockets are open, and no longer when one of them closes.', async () => {
    await server.restart({ limits: { sockets: 2 } });
    const clients = [await SocketClient.connect(server.host), await SocketClient.connect(server.host)];
    await expect(SocketClient.open(server.host)).rejects.toThrow('503');
    clients[0]?.subscribe('a', 'subscription { messages { text } }');
    await server.feed.until(1);
    clients[0]?.socket.terminate();
    await server.feed.until(0);
    await SocketClient.connect(server.host);
  });
});
