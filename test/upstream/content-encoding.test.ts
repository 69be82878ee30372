import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { afterEach, expect, test } from '@jest/globals';

import { fetchPublicDocument } from '../../src/upstream/public-requests.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';

const megabyte = Buffer.alloc(1_000_000, ' ');
/** Members of gzip one after the other are one text: 200 MB of spaces, which are made as fast as one. */
const twoHundred = Buffer.concat(Array<Buffer>(200).fill(gzipSync(megabyte)));

const bombs: readonly (readonly [encoding: string, body: Buffer])[] = [
  ['gzip', twoHundred],
  ['x-gzip', twoHundred],
  ['GZIP', twoHundred],
  ['br', brotliCompressSync(megabyte)],
  ['deflate', deflateSync(megabyte)],
  ['deflate', deflateRawSync(megabyte)],
  ['gzip, gzip', gzipSync(twoHundred)],
  ['gzip, br, deflate, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(deflateSync(brotliCompressSync(twoHundred)))))],
  ['zstd', twoHundred],
  ['identity', twoHundred],
];

let server: Server;
let acceptEncoding = 'nothing';
afterEach(() => server.close().closeAllConnections());

async function start(encoding: string, body: Buffer): Promise<string> {
  server = createServer((request, response) => {
    acceptEncoding = request.headers['accept-encoding'] ?? 'nothing';
    response.setHeader('content-encoding', encoding).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(bombs)(
  'a body that is compressed as %j, unrequested, is not decompressed: what is kept of it is what was sent',
  async (encoding, body) => {
    const upstream = new UpstreamClient(createSourceSettings(await start(encoding, body)));
    const answer = await upstream.send({ method: 'GET', path: ['v1'], signal: AbortSignal.timeout(60_000) });
    expect(acceptEncoding).toBe('nothing');
    expect(answer.body.bytes.length).toBe(body.length);
    expect(answer.text.length).toBeLessThanOrEqual(body.length);
    expect(() => answer.json()).toThrow('The plane sent something that is not JSON. Check that url names its API.');
    await upstream.close();
  },
);

test('nor are the keys of an issuer', async () => {
  const text = await fetchPublicDocument(new URL(await start('gzip', twoHundred)));
  expect(acceptEncoding).toBe('nothing');
  expect(text.length).toBeLessThanOrEqual(twoHundred.length);
});
