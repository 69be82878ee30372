import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { type PlaneFault, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { everyField } from '../support/every-field.js';
import { type PlaneName, World } from '../support/world.js';
import { Outgoing } from './outgoing-connections.js';

const names = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];
const everything = `{ tasks(first: 50, maxAgeMs: 0) ${everyField(buildSchema(sourceModules), 'TaskConnection')} }`;

let elsewhere: PlaneServer;
let world: World;
let outgoing: Outgoing;
beforeEach(async () => {
  elsewhere = await PlaneServer.start(() => ({ status: 200, body: {} }));
  world = await World.start({ configuration: { limits: { tokens: 0, selections: 0, aliases: 0, depth: 0 } } });
  outgoing = new Outgoing();
});
afterEach(async () => {
  outgoing.stop();
  await world.close();
  await elsewhere.close();
});

/** Addresses that nobody may be made to ask. */
function traps(): readonly string[] {
  const { port } = new URL(elsewhere.url);
  return [
    `${elsewhere.url}/stolen`,
    `http://2130706433:${port}/stolen`,
    `http://[::ffff:127.0.0.1]:${port}/stolen`,
    `//127.0.0.1:${port}/stolen`,
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.attack.example/',
    'file:///etc/passwd',
  ];
}

/** Whatever a client of a plane might follow, in every object of an answer. */
function withLinks(value: unknown, trap: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withLinks(one, trap));
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.entries(value).map(([key, one]) => [key, withLinks(one, trap)]);
  const links = { href: trap, next: trap, resultUrl: trap, resultUri: trap, self: trap, links: [{ rel: 'next', href: trap }] };
  return { ...links, _links: { next: { href: trap } }, ...Object.fromEntries(own) };
}

function fall(fault: PlaneFault): void {
  for (const name of names) world.planes[name].server.fault = fault;
}

/** Everything there is, of all planes, twice: tokens and circuits are used again, too. */
async function queryEveryField(): Promise<void> {
  const ids = names.map((name) => `${name}:1`);
  for (let time = 0; time < 2; time += 1) {
    world.passTime(120_000);
    await world.graphql(everything);
    await world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  }
}

/** Where the process may connect to; the gateway, for the test itself asks it. */
function expectNoStrangers(): void {
  const own = [world.gateway.origin, ...names.map((name) => world.planes[name].server.url)].map((url) => new URL(url).host);
  expect([...outgoing.seen].filter((host) => !own.includes(host))).toEqual([]);
  expect(own.filter((host) => !outgoing.seen.has(host))).toEqual([]);
  expect(elsewhere.calls).toEqual([]);
}

test('A24 links in the answers of planes are never followed: nobody is connected to but the planes', async () => {
  for (const trap of traps()) {
    fall((_call, handle) => {
      const { body, ...answer } = handle();
      return { ...answer, headers: { ...answer.headers, link: `<${trap}>; rel="next"` }, body: withLinks(body, trap) };
    });
    await queryEveryField();
  }
  expectNoStrangers();
});

test.each([301, 302, 303, 307, 308])(
  'A24 a redirect with %i to another origin is not followed, of a list, a task or a log-in',
  async (status) => {
    for (const trap of traps()) {
      fall(() => ({ status, headers: { location: trap }, body: {} }));
      await queryEveryField();
    }
    expectNoStrangers();
  },
);

test('A24 the recorder of connections sees a stranger', async () => {
  await fetch(elsewhere.url);
  expect(elsewhere.calls).toHaveLength(1);
  expect([...outgoing.seen]).toContain(new URL(elsewhere.url).host);
});
