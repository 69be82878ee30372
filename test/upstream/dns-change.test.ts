import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';

import { UpstreamClient } from '../../src/upstream/upstream.js';
import { NamedHost, namedHost } from '../faults/matrix/named-host.js';
import { createSourceSettings } from '../support/source-settings.js';

const realNow = Date.now;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  Date.now = realNow;
  for (const end of ends.splice(0)) await end();
});

/** A plane at one of the addresses of this machine, which says which one it is. */
async function planeAt(address: string, port = 0): Promise<number> {
  const server = await new Promise<Server>((resolve) => {
    const started = createServer((_request, response) => response.end(JSON.stringify({ address }))).listen(port, address, () =>
      resolve(started),
    );
  });
  ends.push(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

test('a changed DNS record is followed within a minute, also while connections are never idle', async () => {
  const dns = new NamedHost();
  ends.push(() => dns.restore());
  const port = await planeAt('127.0.0.1');
  await planeAt('127.0.0.2', port);
  const upstream = new UpstreamClient(createSourceSettings(`http://${namedHost}:${port}`));
  ends.push(() => upstream.close());
  const ask = async (): Promise<unknown> =>
    (await upstream.send({ method: 'GET', path: ['where'], signal: AbortSignal.timeout(60_000) })).json();

  let passed = 0;
  Date.now = () => realNow() + passed;
  expect(await ask()).toEqual({ address: '127.0.0.1' });
  dns.lookup = { address: '127.0.0.2' };
  // The old address still answers, and connections to it are kept and used.
  const seen: unknown[] = [];
  for (passed = 1_000; passed <= 59_000; passed += 1_000) seen.push(await ask());
  expect(seen.slice(-2)).toContainEqual({ address: '127.0.0.1' });
  passed = 60_500;
  for (let asks = 0; asks < 5; asks++) expect(await ask()).toEqual({ address: '127.0.0.2' });
});
