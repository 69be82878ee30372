import { afterEach, expect, test } from '@jest/globals';
import { request } from 'undici';

import { PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { RecordingStore } from '../gateway/actions/recording-store.js';
import { bearer } from '../support/callers.js';
import type { Json } from '../support/post.js';
import { World } from '../support/world.js';
import { Issuer } from './authentication/issuer.js';

let world: World;
afterEach(() => world.close());

async function ready(headers: Readonly<Record<string, string>> = {}, path = '/readyz?verbose'): Promise<Json> {
  const { statusCode, body } = await request(world.gateway.origin + path, { headers });
  expect(statusCode).toBe(200);
  return body.json();
}

const callers = {
  reader: [{ actions: ['read'], sources: ['*'] }],
  operator: [
    { actions: ['operate'], sources: ['*'] },
    { actions: ['read'], sources: ['vcf-sfo'] },
  ],
} as const;

const list = '{ tasks(first: 0) { totalCount } }';

/** Lets the plane tell a time that is so many seconds ahead of the gateway's. */
function setPlaneClock(seconds: number): void {
  world.planes['vcf-sfo'].server.fault = (_call, handle) => {
    const response = handle();
    return { ...response, headers: { ...response.headers, date: new Date(world.now + seconds * 1_000).toUTCString() } };
  };
}

test('/readyz?verbose shows operators the store, and the sources that they may read with their clocks, and others nothing', async () => {
  world = await World.start({ callers });
  setPlaneClock(0);
  await world.graphql(list, {}, 'operator');
  for (const headers of [{}, { authorization: 'Bearer wrong' }, bearer('reader')])
    expect(await ready(headers)).toEqual({ status: 'ready' });
  expect(await ready(bearer('operator'))).toEqual({
    status: 'ready',
    store: { status: 'UP' },
    issuers: [],
    sources: [{ name: 'vcf-sfo', status: 'UP', circuit: 'CLOSED', problem: null, clockAheadMs: 0 }],
    warnings: [],
  });
});

test('a store that cannot be written and a plane that is down are shown, and the process stays ready', async () => {
  let store: RecordingStore | undefined;
  world = await World.start({ callers, store: (now) => (store = new RecordingStore(now)) });
  store?.broken.add('recordIntent');
  world.planes['vcf-sfo'].server.fault = () => 'hang-up';
  await world.graphql(list, {}, 'operator');
  expect(await ready({}, '/readyz')).toEqual({ status: 'ready' });
  expect(await ready(bearer('operator'))).toMatchObject({
    status: 'ready',
    store: { status: 'DOWN' },
    sources: [{ name: 'vcf-sfo', status: 'DOWN', problem: 'UNREACHABLE', clockAheadMs: null }],
  });
  store?.broken.clear();
  world.passTime(500);
  expect(await ready(bearer('operator'))).toMatchObject({ store: { status: 'UP' } });
});

test.each([
  [95, 'ahead of'],
  [-95, 'behind'],
])('a plane whose clock is %i s ahead is warned of', async (seconds, words) => {
  world = await World.start({ callers });
  setPlaneClock(seconds);
  await world.graphql(list, {}, 'operator');
  const { sources, warnings } = await ready(bearer('operator'));
  expect(sources[0].clockAheadMs).toBe(seconds * 1_000);
  expect(warnings).toEqual([`The clock of the source vcf-sfo is 95 s ${words} that of this process: tokens may be refused.`]);
});

test('the issuers of tokens are shown with their clocks, and are asked again when half a minute has passed', async () => {
  const issuer = await Issuer.create('k');
  const server = await PlaneServer.start(() => ({
    status: 200,
    headers: { date: new Date(Date.now() + 95_000).toUTCString() },
    body: issuer.document(),
  }));
  const issuers = [{ issuer: issuer.url, audience: 'tributary', jwksUri: `${server.url}/keys` }];
  const grants = [{ who: 'sub:alice', actions: ['read', 'operate'], sources: ['*'] }];
  world = await World.start({ configuration: { auth: { mode: 'jwt', issuers, grants } } });
  const authorization = `Bearer ${await issuer.token('k', { exp: Math.floor(world.now / 1_000) + 300 })}`;
  const { issuers: shown, warnings } = await ready({ authorization });
  expect(shown).toMatchObject([{ issuer: issuer.url, status: 'UP', keysReadAt: new Date(world.now).toISOString() }]);
  expect(Math.floor(shown[0].clockAheadMs / 10_000)).toBe(9);
  expect(warnings).toContainEqual(expect.stringMatching(/^The clock of the issuer https:\/\/idp\.example is 9\d s ahead of/));
  await server.close();
  expect((await ready({ authorization })).issuers).toMatchObject([{ status: 'UP' }]);
  world.passTime(30_000);
  expect((await ready({ authorization })).issuers).toMatchObject([{ status: 'DOWN', keysReadAt: expect.any(String) }]);
});
