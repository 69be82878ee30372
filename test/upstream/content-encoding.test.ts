import { gzipSync } from 'node:zlib';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';

import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';

test.each([1, 6])(
  'a body that is compressed %d times, unrequested, is not decompressed: 50 MB of spaces stay as small as they were sent',
  async (layers) => {
    let [body, acceptEncoding] = [Buffer.alloc(50_000_000, ' '), 'nothing'];
    for (let layer = 0; layer < layers; layer++) body = gzipSync(body);
    const server = await new Promise<Server>((resolve) => {
      const started = createServer((request, response) => {
        acceptEncoding = request.headers['accept-encoding'] ?? 'nothing';
        response.setHeader('content-encoding', Array(layers).fill('gzip').join(', ')).end(body);
      }).listen(0, '127.0.0.1', () => resolve(started));
    });
    const upstream = new UpstreamClient(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const answer = await upstream.send({ method: 'GET', path: ['v1'], signal: AbortSignal.timeout(60_000) });
    expect(acceptEncoding).toBe('nothing');
    expect(answer.text.length).toBeLessThanOrEqual(body.length);
    expect(() => answer.json()).toThrow('The plane sent something that is not JSON. Check that url names its API.');
    await upstream.close();
    server.close().closeAllConnections();
  },
);
