import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { afterEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { request } from 'undici';

import { builtPages, ensurePagesAreBuilt } from './explorer/stub-gateway.js';
import { BareGateway, type BareOptions } from './bare-gateway.js';
import { readStream } from './subscriptions/read-stream.js';
import { ServerOfEachTest } from './subscriptions/server-of-each-test.js';

const live = new ServerOfEachTest();
let gateway: BareGateway | null = null;
afterEach(() => gateway?.close());

/** Names in an error message are repeated: `{ <name> }` is answered with a text about as long as the name. */
const schema = buildSchema('type Query { a: Int }');
const longQuery = `{ ${Array.from({ length: 5 }, (_, n) => `b${n}${'x'.repeat(600)}`).join(' ')} }`;

async function send(query: string, headers: Readonly<Record<string, string>>, options: BareOptions = {}) {
  gateway = await BareGateway.start(schema, options);
  const response = await request(`http://${gateway.host}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { headers: response.headers, body: Buffer.from(await response.body.arrayBuffer()) };
}

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate, br;q=0.5', 'gzip', gunzipSync],
  ['*', 'br', brotliDecompressSync],
])('A large response to a client that accepts %s is compressed by %s.', async (accepted, encoding, decompress) => {
  const { headers, body } = await send(longQuery, { 'accept-encoding': accepted });
  expect(headers).toMatchObject({ 'content-encoding': encoding, 'content-length': String(body.length), vary: 'accept-encoding' });
  const text = decompress(body).toString();
  expect(JSON.parse(text)).toMatchObject({ errors: [{}, {}, {}, {}, {}] });
  expect(body.length).toBeLessThan(text.length / 4);
});

test.each([undefined, 'identity', 'deflate', 'br;q=0, gzip;q=0'])(
  'A large response to a client that accepts %s is not compressed, and caches are told what it depends on.',
  async (accepted) => {
    const { headers, body } = await send(longQuery, accepted === undefined ? {} : { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['vary']).toBe('accept-encoding');
    expect(JSON.parse(body.toString())).toMatchObject({ errors: [{}, {}, {}, {}, {}] });
  },
);

test('A small response is not compressed.', async () => {
  const { headers } = await send('{ a }', { 'accept-encoding': 'br' });
  expect(headers['content-encoding']).toBeUndefined();
});

test('What depends on the origin of a page, too, says both.', async () => {
  const origin = 'https://friend.example';
  const { headers } = await send(longQuery, { 'accept-encoding': 'br', origin }, { cors: [origin, 'https://other.example'] });
  expect(String(headers['vary']).toLowerCase()).toBe('origin, accept-encoding');
});

test('Nothing is compressed where the configuration says so.', async () => {
  const { headers } = await send(longQuery, { 'accept-encoding': 'br' }, { transfer: { compression: false, keepAliveMs: 72_000 } });
  expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
});

test('A page keeps its strong validator: it is not compressed.', async () => {
  ensurePagesAreBuilt();
  gateway = await BareGateway.start(schema, { explorerFolder: builtPages });
  const { headers } = await gateway.send({ method: 'GET', path: '/', headers: { accept: 'text/html', 'accept-encoding': 'br' } });
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers['etag']).toMatch(/^"/);
});

test('An event stream is not compressed, so that each event leaves at once.', async () => {
  const headers = { 'accept-encoding': 'br, gzip' };
  const body = { query: 'subscription { messages(times: 3000) { text } }' };
  const stream = await readStream(live.host, { body, headers });
  expect(stream.response.headers['content-encoding']).toBeUndefined();
  await live.feed.until(1);
  live.feed.push('x');
  expect((await stream.nextData()).data.messages.text).toHaveLength(3_000);
  stream.response.destroy();
  await live.feed.until(0);
});

test('The time for which a connection is kept is that of the configuration, and clients are told.', async () => {
  const { headers } = await send('{ a }', { connection: 'keep-alive' }, { transfer: { compression: true, keepAliveMs: 620_000 } });
  expect(headers['keep-alive']).toBe('timeout=620');
});
