import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { httpTiming } from '../../src/server/timeouts.js';
import { RawConnection } from '../support/raw-http.js';
import { waitUntil } from '../support/wait-until.js';
import { BareGateway } from './bare-gateway.js';
import { pushInThread } from './guards/push-in-thread.js';

const large = 'x'.repeat(16 * 1024 * 1024);

let finishSlow: ((value: string) => void) | null = null;
let gateway: BareGateway;
let shortTimeouts: BareGateway;
beforeAll(async () => {
  const schema = buildSchema('type Query { hello: String large: String slow: String }');
  const { hello, slow, large: many } = schema.getQueryType()?.getFields() ?? {};
  if (hello) hello.resolve = () => 'hello';
  if (slow) slow.resolve = () => new Promise((resolve) => (finishSlow = resolve));
  if (many) many.resolve = () => large;
  gateway = await BareGateway.start(schema, { httpTiming: { ...httpTiming, responseMs: 100, lingerMs: 200, checkMs: 20 } });
  // Short, so that no test waits; the usual ones are in the code.
  shortTimeouts = await BareGateway.start(schema, { httpTiming: { ...httpTiming, headersMs: 100, requestMs: 200, checkMs: 20 } });
});
afterAll(() => Promise.all([gateway.close(), shortTimeouts.close()]));

const head = (...lines: readonly string[]): string =>
  ['POST /graphql HTTP/1.1', 'host: a', 'content-type: application/json', ...lines, '', ''].join('\r\n');
const hello = JSON.stringify({ query: '{ hello }' });

function errorIn(text: string): unknown {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).errors[0].extensions;
}

describe('A request that does not arrive is 408, as JSON, and its connection is closed:', () => {
  test.each([
    ['headers that never end', 'POST /graphql HTTP/1.1\r\nhost: a\r\nx: '],
    ['a body that never ends', head('content-length: 100') + '{"query":'],
    ['a chunked body that never ends', head('transfer-encoding: chunked') + '5\r\n{"que\r\n'],
    ['a second request on a connection', `${head(`content-length: ${hello.length}`)}${hello}POST /graphql HTTP/1.1\r\nhost: a\r\n`],
  ])('%s', async (_what, bytes) => {
    const connection = new RawConnection(shortTimeouts.host);
    await connection.send(bytes);
    const { text } = await connection.ended;
    expect(text).toContain('HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json');
    expect(errorIn(text.slice(text.indexOf('HTTP/1.1 408')))).toEqual({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('What is no request is refused as JSON:', () => {
  test.each([
    ['no HTTP at all', 400, 'hello\r\n\r\n', 'BAD_USER_INPUT'],
    ['two lengths', 400, head('content-length: 5', 'content-length: 6') + 'hello', 'BAD_USER_INPUT'],
    ['a length and chunks', 400, head('content-length: 5', 'transfer-encoding: chunked') + '0\r\n\r\n', 'BAD_USER_INPUT'],
    ['a line break inside a header', 400, head('x: a\rb'), 'BAD_USER_INPUT'],
    ['no host', 400, 'GET /livez HTTP/1.1\r\n\r\n', undefined],
    ['headers of 20 kB', 431, head(`x: ${'a'.repeat(20_000)}`), 'LIMIT_EXCEEDED'],
  ])('%s is %i', async (_what, status, bytes, code) => {
    const connection = new RawConnection(gateway.host);
    await connection.send(bytes);
    const exchange = await connection.ended;
    expect(exchange.status).toBe(status);
    if (code !== undefined) expect(errorIn(exchange.text)).toEqual({ code });
  });
});

describe('A body that is too large is 413 before it is read, and its connection is closed:', () => {
  test('one that is pushed whatever the answer', async () => {
    expect(await pushInThread(gateway.host, head('content-length: 60000000'), 20_000_000)).toContain('HTTP/1.1 413 ');
  });

  test('one that says so', async () => {
    const connection = new RawConnection(gateway.host);
    await connection.send(head('content-length: 60000000') + '{');
    const { text, status } = await connection.ended;
    expect(status).toBe(413);
    expect(errorIn(text)).toEqual({ code: 'LIMIT_EXCEEDED' });
  });

  test('one that comes in chunks without end', async () => {
    const connection = new RawConnection(gateway.host);
    await connection.send(head('transfer-encoding: chunked'));
    const chunk = `1000\r\n${'a'.repeat(0x1000)}\r\n`;
    for (let sent = 0; sent < 10_000 && !connection.socket.destroyed; sent += 1) await connection.send(chunk);
    expect((await connection.ended).status).toBe(413);
  });
});

test('A client that does not read its response is disconnected and delays nobody; one that went away before is forgotten.', async () => {
  const disconnected = new RawConnection(gateway.host);
  const slowBody = JSON.stringify({ query: '{ slow }' });
  await disconnected.send(head(`content-length: ${slowBody.length}`) + slowBody);
  await waitUntil(() => finishSlow !== null);
  disconnected.socket.destroy();
  await gateway.post({ query: '{ hello }' });
  finishSlow?.('too late');
  const body = JSON.stringify({ query: '{ large }' });
  const connection = new RawConnection(gateway.host);
  connection.socket.pause();
  await connection.send(head(`content-length: ${body.length}`) + body);
  const other = await gateway.post({ query: '{ hello }' });
  expect(other.json).toEqual({ data: { hello: 'hello' } });
  await waitUntil(() => gateway.log.some(({ msg }) => msg === 'a client that does not read its response was disconnected'));
  expect(gateway.log).toHaveLength(1);
  // What it could have read all the time.
  connection.socket.resume();
  expect((await connection.ended).text.length).toBeLessThan(large.length);
});
