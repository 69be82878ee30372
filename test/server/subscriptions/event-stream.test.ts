import { connect } from 'node:net';

import { describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-sse';

import { readStream } from './read-stream.js';
import { ServerOfEachTest } from './server-of-each-test.js';
import { SocketClient } from './socket-client.js';

const subscription = { query: 'subscription { messages { text } }' };
const server = new ServerOfEachTest();

describe('An event stream', () => {
  test('opens at once, has each event and ends with complete.', async () => {
    const stream = await readStream(server.host, { body: { ...subscription, operationName: null, variables: {} } });
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(await stream.nextBlock()).toBe(':');
    await server.feed.until(1);
    server.feed.push('x');
    server.feed.push('two\nlines');
    expect(await stream.next()).toBe('event: next\ndata: {"data":{"messages":{"text":"x"}}}');
    expect(await stream.nextData()).toEqual({ data: { messages: { text: 'two\nlines' } } });
    server.feed.finish();
    expect(await stream.next()).toBe('event: complete\ndata:');
    expect(await stream.next()).toBeNull();
  });

  test('has events of every length, among comments.', async () => {
    await server.restart({ timing: { commentMs: 10 } });
    const stream = await readStream(server.host, { body: subscription });
    await server.feed.until(1);
    for (const text of ['', 'ü\u2028😀', 'x'.repeat(70_000)]) {
      server.feed.push(text);
      expect(await stream.next()).toBe(`event: next\ndata: ${JSON.stringify({ data: { messages: { text } } })}`);
    }
    stream.response.destroy();
  });

  test('has no chunks for a client of HTTP/1.0.', async () => {
    const socket = connect(Number(server.host.split(':')[1]), '127.0.0.1');
    const body = JSON.stringify(subscription);
    socket.write(`POST /graphql/stream HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await server.feed.until(1);
    server.feed.push('x');
    server.feed.finish();
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    const [first, ...blocks] = text.split('\r\n\r\n')[1]?.split('\n\n') ?? [];
    expect(first).toBe(':');
    const events = blocks.filter((block) => block !== ':');
    expect(events).toEqual(['event: next\ndata: {"data":{"messages":{"text":"x"}}}', 'event: complete\ndata:', '']);
  });

  test.each(['/graphql/stream', '/graphql'])('works with the client of graphql-sse at %s.', async (path) => {
    const client = createClient({ url: `http://${server.host}${path}`, retryAttempts: 0 });
    const events = client.iterate(subscription);
    const first = events.next();
    await server.feed.until(1);
    server.feed.push('hello');
    expect(await first).toEqual({ done: false, value: { data: { messages: { text: 'hello' } } } });
    await events.return?.();
    await server.feed.until(0);
    client.dispose();
  });

  test('is served to a GET that has the preflight header, and to no other GET.', async () => {
    const path = `/graphql/stream?${new URLSearchParams({
      query: 'subscription A($n: Int) { messages(times: $n) { text } }',
      operationName: 'A',
      variables: '{"n":2}',
    })}`;
    const refused = await readStream(server.host, { method: 'GET', path });
    expect(refused.response.statusCode).toBe(400);
    const stream = await readStream(server.host, { method: 'GET', path, headers: { 'apollo-require-preflight': '1' } });
    await server.feed.until(1);
    server.feed.push('x');
    expect(await stream.nextData()).toEqual({ data: { messages: { text: 'xx' } } });
    stream.response.destroy();
  });

  test('stops its source at once when the client goes away.', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => readStream(server.host, { body: subscription })));
    await server.feed.until(20);
    for (const { response } of streams) response.destroy();
    await server.feed.until(0);
  });

  test('has a comment now and then, so that it does not look idle.', async () => {
    await server.restart({ timing: { commentMs: 10 } });
    const stream = await readStream(server.host, { body: subscription });
    for (let i = 0; i < 3; i += 1) expect(await stream.nextBlock()).toBe(':');
    stream.response.destroy();
    await server.feed.until(0);
  });

  test.each([
    ['GRAPHQL_PARSE_FAILED', '{'],
    ['GRAPHQL_VALIDATION_FAILED', 'subscription { nothing }'],
    ['OPERATION_RESOLUTION_FAILURE', 'subscription A { messages { text } } subscription B { messages { text } }'],
    ['BAD_USER_INPUT', '{ hello }'],
    ['BAD_USER_INPUT', 'mutation { act }'],
    ['BAD_USER_INPUT', 'subscription { refusing { text } }'],
  ])('says %s of %s and completes.', async (code, query) => {
    const stream = await readStream(server.host, { body: { query } });
    expect((await stream.nextData()).errors).toMatchObject([{ extensions: { code } }]);
    expect(await stream.next()).toBe('event: complete\ndata:');
    expect(await stream.next()).toBeNull();
  });

  test('masks an unexpected error, and completes when its source throws.', async () => {
    server.expectInLog(/canary-inside/);
    const stream = await readStream(server.host, { body: { query: 'subscription { breaking { text } }' } });
    const { errors } = await stream.nextData();
    expect(errors).toMatchObject([{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toContain('canary');
    expect(server.log.join()).toContain(errors[0].extensions.errorId);
    expect(await stream.next()).toBe('event: complete\ndata:');
  });

  test('of a client that does not read pulls no events ahead of it, and is closed.', async () => {
    server.expectInLog(/reads too slowly/);
    await server.restart({ timing: { overfullMs: 50 } });
    const stream = await readStream(server.host, { body: { query: 'subscription { messages(times: 8000000) { text } }' } });
    await server.feed.until(1);
    const pushed = 20;
    for (let i = 0; i < pushed; i += 1) server.feed.push('x');
    await server.logged;
    await server.feed.until(0);
    expect(server.feed.pulls).toBeLessThan(pushed / 2);
    stream.response.destroy();
  });

  test('ends without complete when the gateway stops, also for a client that does not read.', async () => {
    await server.restart({ timing: { closeMs: 50 } });
    const reading = await readStream(server.host, { body: subscription });
    const notReading = await readStream(server.host, { body: { query: 'subscription { messages(times: 8000000) { text } }' } });
    await server.feed.until(2);
    server.feed.push('x');
    await reading.nextData();
    await server.app.close();
    expect(server.feed.count).toBe(0);
    expect(await reading.next()).toBeNull();
    notReading.response.destroy();
  });
});

describe('A request for an event stream is refused', () => {
  test.each([
    ['a body that is no object', 400, { body: [] }],
    ['no query', 400, { body: {} }],
    ['variables that are no object', 400, { body: { ...subscription, variables: [] } }],
    ['an operation name that is none', 400, { body: { ...subscription, operationName: 1 } }],
    ['a body that a form can send', 415, { body: subscription, headers: { 'content-type': 'text/plain' } }],
    ['another media type', 415, { body: subscription, headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a body that is too large', 413, { body: { query: 'x'.repeat(100 * 1024) } }],
    ['an answer that it cannot give', 406, { body: subscription, headers: { accept: 'application/json' } }],
    ['a HEAD', 404, { method: 'HEAD' }],
    ['a PUT', 404, { method: 'PUT' }],
  ])('with %s: %i.', async (_name, status, request) => {
    const { response } = await readStream(server.host, request);
    response.destroy();
    expect(response.statusCode).toBe(status);
  });

  test('when limits.sockets are open, WebSockets among them, and no longer when one of them closes.', async () => {
    await server.restart({ limits: { sockets: 1 } });
    const client = await SocketClient.connect(server.host);
    const { response } = await readStream(server.host, { body: subscription });
    response.destroy();
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    client.subscribe('a', subscription.query);
    await server.feed.until(1);
    client.socket.terminate();
    await server.feed.until(0);
    for (let i = 0; i < 2; i += 1) {
      const stream = await readStream(server.host, { body: subscription });
      expect(stream.response.statusCode).toBe(200);
      await server.feed.until(1);
      stream.response.destroy();
      await server.feed.until(0);
    }
  });
});

test('Pages of the origins in server.cors may read event streams, others may not.', async () => {
  await server.restart({ cors: ['https://studio.example'] });
  for (const [origin, allowed] of [
    ['https://studio.example', 'https://studio.example'],
    ['https://evil.example', undefined],
  ] as const) {
    const { response } = await readStream(server.host, { body: subscription, headers: { origin } });
    response.destroy();
    expect(response.headers['access-control-allow-origin']).toBe(allowed);
  }
  await server.feed.until(0);
});
