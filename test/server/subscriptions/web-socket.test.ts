import { describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { ServerOfEachTest } from './server-of-each-test.js';
import { SocketClient } from './socket-client.js';

const server = new ServerOfEachTest();

describe('A subscription over WebSocket', () => {
  test('is acknowledged, gets each event and is completed when its source ends.', async () => {
    const client = await SocketClient.open(server.host);
    client.send({ type: 'connection_init', payload: { anything: 1 } });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.subscribe('a', 'subscription ($n: Int) { messages(times: $n) { text } }', { n: 2 });
    await server.feed.until(1);
    server.feed.push('x');
    server.feed.push('y');
    expect(await client.next()).toEqual({ id: 'a', type: 'next', payload: { data: { messages: { text: 'xx' } } } });
    expect(await client.next()).toEqual({ id: 'a', type: 'next', payload: { data: { messages: { text: 'yy' } } } });
    server.feed.finish();
    expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
  });

  test('works with the client of graphql-ws.', async () => {
    const client = createClient({ url: `ws://${server.host}/graphql`, webSocketImpl: WebSocket });
    const events = client.iterate({ query: 'subscription { messages { text } }' });
    const first = events.next();
    await server.feed.until(1);
    server.feed.push('hello');
    expect(await first).toEqual({ done: false, value: { data: { messages: { text: 'hello' } } } });
    await events.return?.();
    await server.feed.until(0);
    await client.dispose();
  });

  test('gets a context of its own for each event.', async () => {
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription { messages { context } }');
    await server.feed.until(1);
    for (const expected of [0, 1, 2]) {
      server.feed.push('x');
      expect((await client.next()).payload.data.messages.context).toBe(expected);
    }
  });

  test('stops its source at once when it is completed, while the others go on.', async () => {
    const client = await SocketClient.connect(server.host);
    for (const id of ['a', 'b']) client.subscribe(id, 'subscription { messages { text } }');
    await server.feed.until(2);
    client.send({ type: 'complete', id: 'a' });
    await server.feed.until(1);
    server.feed.push('x');
    expect(await client.next()).toMatchObject({ id: 'b', type: 'next' });
  });

  test('stops its source at once when the client drops, however rudely.', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => SocketClient.connect(server.host)));
    for (const client of clients) for (const id of ['a', 'b', 'c']) client.subscribe(id, 'subscription { messages { text } }');
    await server.feed.until(60);
    for (const client of clients) client.socket.terminate();
    await server.feed.until(0);
  });

  test('gets messages of every length, whatever its id, among other messages and pings.', async () => {
    const client = await SocketClient.connect(server.host);
    const id = 'ид "1" \\';
    client.subscribe(id, 'subscription { messages { text } }');
    await server.feed.until(1);
    const emptyBytes = Buffer.byteLength(JSON.stringify({ id, type: 'next', payload: { data: { messages: { text: '' } } } }));
    // The sizes of a frame around which its header has another form.
    const lengths = [125, 126, 127, 65_535, 65_536, 65_537].map((bytes) => Math.max(0, bytes - emptyBytes));
    for (const length of lengths) {
      server.feed.push('x'.repeat(length));
      client.send({ type: 'ping', payload: { length } });
      client.socket.ping();
      const messages = [await client.next(), await client.next()].toSorted((one, other) => String(one.type).localeCompare(other.type));
      expect(messages).toEqual([
        { id, type: 'next', payload: { data: { messages: { text: 'x'.repeat(length) } } } },
        { type: 'pong', payload: { length } },
      ]);
    }
    server.feed.push('ü\u2028😀');
    expect(await client.next()).toEqual({ id, type: 'next', payload: { data: { messages: { text: 'ü\u2028😀' } } } });
  });

  test('answers a ping, and needs no answer to be alive.', async () => {
    const client = await SocketClient.connect(server.host);
    client.send({ type: 'ping', payload: { a: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { a: 1 } });
  });
});

describe('An error over WebSocket', () => {
  test.each([
    ['GRAPHQL_PARSE_FAILED', /^Syntax Error/, '{'],
    ['GRAPHQL_VALIDATION_FAILED', /^Cannot query field/, 'subscription { nothing }'],
    ['OPERATION_RESOLUTION_FAILURE', /operationName/, 'subscription A { messages { text } } subscription B { messages { text } }'],
    ['BAD_USER_INPUT', /send queries and mutations to \/graphql/, '{ hello }'],
    ['BAD_USER_INPUT', /send queries and mutations to \/graphql/, 'mutation { act }'],
    ['LIMIT_EXCEEDED', /limits\.tokens/, `subscription { messages { ${'text '.repeat(1_001)} } }`],
  ])('refuses with %s, in words like %s.', async (code, message, query) => {
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', query);
    expect(await client.next()).toMatchObject({
      id: 'a',
      type: 'error',
      payload: [{ message: expect.stringMatching(message), extensions: { code } }],
    });
    client.subscribe('a', 'subscription { messages { text } }');
    await server.feed.until(1);
  });

  test('does not repeat the value of a variable that does not fit.', async () => {
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription ($n: Int) { messages(times: $n) { text } }', { n: 'canary' });
    const message = await client.next();
    expect(message.payload.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(JSON.stringify(message)).not.toContain('canary');
  });

  test('of the gateway keeps its message and its code.', async () => {
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription { refusing { text } }');
    expect((await client.next()).payload.errors).toMatchObject([{ message: 'Nobody says that.', extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('that is unexpected is masked, and is in the log under the id that the client sees.', async () => {
    server.expectInLog(/canary-inside/);
    const client = await SocketClient.connect(server.host);
    client.subscribe('a', 'subscription { messages { text broken } }');
    await server.feed.until(1);
    server.feed.push('x');
    const { data, errors } = (await client.next()).payload;
    expect(data.messages).toEqual({ text: 'x', broken: null });
    expect(errors).toMatchObject([
      { message: 'Internal error.', path: ['messages', 'broken'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    client.subscribe('b', 'subscription { breaking { text } }');
    const thrown = await client.next();
    expect(thrown).toMatchObject({ id: 'b', type: 'error', payload: [{ message: 'Internal error.' }] });
    for (const error of [errors[0], thrown.payload[0]]) expect(server.log.join()).toContain(error.extensions.errorId);
    expect(JSON.stringify([errors, thrown])).not.toContain('canary');
  });
});

test('Of 500 subscriptions on one WebSocket, those over the limit are refused and the others live.', async () => {
  await server.restart({ limits: { subscriptionsPerSocket: 20 } });
  const client = await SocketClient.connect(server.host);
  for (let i = 0; i < 500; i += 1) client.subscribe(`${i}`, 'subscription { messages { text } }');
  for (let i = 20; i < 500; i += 1) {
    expect(await client.next()).toMatchObject({ id: `${i}`, type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
  }
  expect(server.feed.count).toBe(20);
  client.send({ type: 'complete', id: '0' });
  await server.feed.until(19);
  client.subscribe('again', 'subscription { messages { text } }');
  await server.feed.until(20);
});
