import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { BodyMemory } from '../../src/upstream/body/body-memory.js';
import { BodyReadings, ResponseBody } from '../../src/upstream/body/response-body.js';
import type { UpstreamResponse } from '../../src/upstream/response.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';

let server: Server;
let upstream: UpstreamClient;
/** What the plane sends now. */
let body: string;
let status: number;
/** Of the response with a body. */
let headers: (sent: string) => OutgoingHttpHeaders;
let readings: BodyReadings<{ readonly value: unknown }>;
let readCount: number;

beforeEach(async () => {
  [body, status, readings, readCount] = ['{"a":1}', 200, new BodyReadings(), 0];
  headers = () => ({});
  server = createServer((_request, response) => response.writeHead(status, headers(body)).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream = new UpstreamClient(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterEach(async () => {
  await upstream.close();
  server.closeAllConnections();
  server.close();
});

function send(path = 'tasks', credential = 'of-the-first-caller'): Promise<UpstreamResponse> {
  const headers = { authorization: `Bearer ${credential}` };
  return upstream.send({ method: 'GET', path: [path], headers, signal: AbortSignal.timeout(60_000) });
}

/** Reads a body and counts it. */
async function read(...request: Parameters<typeof send>): Promise<unknown> {
  const response = await send(...request);
  return readings.read(response.body, () => {
    readCount++;
    return { value: response.json() };
  });
}

test('equal bytes are read once, and what was read of them comes back', async () => {
  const first = await read();
  expect(await read()).toBe(first);
  expect(readCount).toBe(1);
  body = '{"a":2}';
  expect(await read()).toEqual({ value: { a: 2 } });
  body = '{"a":1}';
  expect(await read()).not.toBe(first);
  expect(readCount).toBe(3);
});

test.each(['announced', 'not announced'])(
  'a long body whose length is %s comes as it was sent, whatever it has in common with the one before',
  async (kind) => {
    headers = (sent) => (kind === 'announced' ? { 'content-length': Buffer.byteLength(sent) } : {});
    const items = Array.from({ length: 12 }, (_, index) => `${index}`.repeat(10_000));
    const others = [[...items, '1'], items.slice(0, -7), items.with(9, '2'), items.with(3, '4'), [...items, ...items], ['5'], items];
    for (const sent of [items, ...others]) {
      body = JSON.stringify(sent);
      expect(await read()).toEqual({ value: sent });
    }
    expect(readCount).toBe(1 + others.length);
  },
);

test('another URL and another credential are read for themselves', async () => {
  await read();
  await read('others');
  await read('tasks', 'of-the-second-caller');
  expect(readCount).toBe(3);
});

test('what could not be read is not remembered, nor what is no success, nor what must not stay in memory', async () => {
  body = 'no JSON';
  await expect(read()).rejects.toThrow('not JSON');
  await expect(read()).rejects.toThrow('not JSON');
  expect(readCount).toBe(2);
  [body, status] = ['{"a":1}', 404];
  const failures = [await send(), await send()].map((response) => response.body);
  expect(failures[0]).not.toBe(failures[1]);
  status = 200;
  const secret = [await send(), await send()].map((response) =>
    readings.read(
      response.body,
      () => ({ value: 1 }),
      () => false,
    ),
  );
  expect(secret[0]).not.toBe(secret[1]);
});

test('a body that repeats the credential is read without it, and compared like any other', async () => {
  body = '{"items":[{"header":"Bearer of-the-first-caller"}]}';
  const expected = { value: { items: [{ header: 'Bearer [removed]' }] } };
  const first = await read();
  expect(first).toEqual(expected);
  expect(await read()).toBe(first);
});

test('a body that was read is parsed again when the whole of it is wanted', async () => {
  await read();
  const response = await send();
  expect([response.json(), response.text, response.isNotJson, response.isHtml]).toEqual([{ a: 1 }, '{"a":1}', false, false]);
  expect(readCount).toBe(1);
});

test('the memory is bounded: the bodies that were needed least recently are forgotten', async () => {
  const pad = ' '.repeat(5 * 1024 * 1024);
  body = `{"a":1}${pad}`;
  for (const path of ['a', 'b', 'c', 'a', 'd']) await read(path);
  expect(readCount).toBe(4);
  await read('a');
  await read('d');
  expect(readCount).toBe(4);
  await read('b');
  expect(readCount).toBe(5);
  body = `{"a":1}${' '.repeat(17 * 1024 * 1024)}`;
  await read('large');
  await read('large');
  expect(readCount).toBe(7);
});

test('the pages of a long list are all remembered, because what was read of them holds their bytes in any case', () => {
  const memory = new BodyMemory();
  const page = Buffer.from(JSON.stringify({ items: Array.from({ length: 40 }, () => ({ name: 'x'.repeat(50_000) })) }));
  const options = { list: { member: 'items', maxItems: 0 } };
  const keys = Array.from({ length: 10 }, (_, index) => `page ${index}`);
  const pages = keys.map((key) => memory.create(key, page, options));
  for (const one of pages) {
    expect(one.list?.items).toHaveLength(40);
    one.keep();
  }
  expect(keys.every((key, index) => memory.find(key) === pages[index])).toBe(true);
});

test('a long list is read over several turns of the event loop, and only once', async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({ id: String(index), labels: [{ name: 'a', value: 'b'.repeat(90) }] }));
  const long = new ResponseBody(Buffer.from(JSON.stringify({ items })), { list: { member: 'items', maxItems: 0 } });
  let isDone = false;
  const read = long.readLong()?.finally(() => (isDone = true));
  let turns = 0;
  for (; !isDone; turns++) await setImmediate();
  await read;
  expect(turns).toBeGreaterThan(3);
  expect(long.list?.items.map((item) => item.take())).toEqual(items);
  expect(long.readLong()).toBeNull();
});
