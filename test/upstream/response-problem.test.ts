import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { toStatusProblem } from '../../src/upstream/response-problem.js';
import { UpstreamResponse } from '../../src/upstream/response.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';

const body = { isFromPlane: true, code: null, message: null, referenceToken: null };

test.each([301, 302, 303, 307, 308])('the message for status %d says that it is a redirect', (status) => {
  expect(toStatusProblem(new UpstreamResponse(status, {}, ''), body).problem).toMatchObject({
    kind: 'HTTP_STATUS',
    message: `The plane redirects (status ${status}), which is not followed. Check that url names its API.`,
  });
});

test('the message for an HTML page asks whether url is the API', () => {
  expect(() => new UpstreamResponse(200, {}, '<html>').json()).toThrow(
    'The plane sent something that is not JSON. Check that url names its API.',
  );
});

test.each([403, 407, 502])('a proxy that refuses the tunnel with %d is named, not the plane', async (status) => {
  const proxy = createServer().on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const upstream = new UpstreamClient(createSourceSettings('https://plane.example', { proxy: new URL(`http://127.0.0.1:${port}`) }));
  const request = { method: 'GET', path: ['tasks'], signal: AbortSignal.timeout(60_000) } as const;
  await expect(upstream.send(request)).rejects.toMatchObject({
    problem: { kind: 'UNREACHABLE', message: 'The proxy did not open a connection to the plane.' },
  });
  await upstream.close();
  proxy.close();
});
