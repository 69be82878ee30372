import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';

import { UpstreamClient } from '../../src/upstream/upstream.js';
import { NamedHost, namedHost } from '../faults/matrix/named-host.js';
import { createSourceSettings } from '../support/source-settings.js';

const realNow = Date.now;
const ends: (() => unknown)[] = [];
let passed = 0;
afterEach(async () => {
  passed = 0;
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

/** A client whose clocks are `passed` milliseconds ahead, that of undici too. */
function connect(url: string): UpstreamClient {
  Date.now = () => realNow() + passed;
  const settings = createSourceSettings(url);
  const monotonic = (): number => performance.now() + passed;
  const upstream = new UpstreamClient({ ...settings, clock: { ...settings.clock, monotonic } });
  ends.push(() => upstream.close());
  return upstream;
}

test('a changed DNS record is followed within a minute, also while connections are never idle', async () => {
  const dns = new NamedHost();
  ends.push(() => dns.restore());
  const port = await planeAt('127.0.0.1');
  await planeAt('127.0.0.2', port);
  const upstream = connect(`http://${namedHost}:${port}`);
  const ask = async (): Promise<unknown> =>
    (await upstream.send({ method: 'GET', path: ['where'], signal: AbortSignal.timeout(60_000) })).json();

  expect(await ask()).toEqual({ address: '127.0.0.1' });
  dns.lookup = { address: '127.0.0.2' };
  // The old address still answers, and connections to it are kept and used.
  const seen: unknown[] = [];
  for (passed = 1_000; passed <= 59_000; passed += 1_000) seen.push(await ask());
  expect(seen.slice(-2)).toContainEqual({ address: '127.0.0.1' });
  passed = 60_500;
  for (let asks = 0; asks < 5; asks++) expect(await ask()).toEqual({ address: '127.0.0.2' });
});

test('reads go on when all connections have grown old together', async () => {
  const upstream = connect(`http://127.0.0.1:${await planeAt('127.0.0.1')}`);
  const readAll = (): Promise<readonly number[]> =>
    Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const request = { method: 'GET', path: ['tasks', String(index)], signal: AbortSignal.timeout(20_000) } as const;
        return (await upstream.send(request)).status;
      }),
    );
  await readAll();
  passed = 61_000;
  expect(new Set(await readAll())).toEqual(new Set([200]));
});
