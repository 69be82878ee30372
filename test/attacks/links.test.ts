import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { type PlaneFault, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { everyField } from '../support/every-field.js';
import { type PlaneName, World } from '../support/world.js';
import { OutgoingConnections } from './outgoing-connections.js';

const names = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];
const everything = `{ tasks(first: 50, maxAgeMs: 0) ${everyField(buildSchema(sourceModules), 'TaskConnection')} }`;

let otherOrigin: PlaneServer;
let world: World;
let outgoing: OutgoingConnections;
beforeEach(async () => {
  otherOrigin = await PlaneServer.start(() => ({ status: 200, body: {} }));
  world = await World.start({ configuration: { limits: { tokens: 0, selections: 0, aliases: 0, depth: 0 } } });
  outgoing = new OutgoingConnections();
});
afterEach(async () => {
  outgoing.stop();
  await world.close();
  await otherOrigin.close();
});

/** URLs to which no request may be sent. */
function traps(): readonly string[] {
  const { port } = new URL(otherOrigin.url);
  return [
    `${otherOrigin.url}/stolen`,
    `http://2130706433:${port}/stolen`,
    `http://[::ffff:127.0.0.1]:${port}/stolen`,
    `//127.0.0.1:${port}/stolen`,
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.attack.example/',
    'file:///etc/passwd',
  ];
}

/** Adds links that a careless client might follow to every object of a response. */
function addLinks(value: unknown, trap: string): unknown {
  if (Array.isArray(value)) return value.map((one) => addLinks(one, trap));
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.entries(value).map(([key, one]) => [key, addLinks(one, trap)]);
  const links = { href: trap, next: trap, resultUrl: trap, resultUri: trap, self: trap, links: [{ rel: 'next', href: trap }] };
  return { ...links, _links: { next: { href: trap } }, ...Object.fromEntries(own) };
}

function injectFault(fault: PlaneFault): void {
  for (const name of names) world.planes[name].server.fault = fault;
}

/** Reads all fields of all planes twice, so that tokens and circuit breakers are reused, too. */
async function queryEveryField(): Promise<void> {
  const ids = names.map((name) => `${name}:1`);
  for (let time = 0; time < 2; time += 1) {
    world.passTime(120_000);
    await world.graphql(everything);
    await world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  }
}

/** Expects connections to the planes only, and to the gateway, which the test itself calls. */
function expectNoOtherHosts(): void {
  const own = [world.gateway.origin, ...names.map((name) => world.planes[name].server.url)].map((url) => new URL(url).host);
  expect([...outgoing.hosts].filter((host) => !own.includes(host))).toEqual([]);
  expect(own.filter((host) => !outgoing.hosts.has(host))).toEqual([]);
  expect(otherOrigin.calls).toEqual([]);
}

test('A24 links in the responses of planes are never followed: the gateway connects to the planes only', async () => {
  for (const trap of traps()) {
    injectFault((_call, handle) => {
      const { body, ...answer } = handle();
      return { ...answer, headers: { ...answer.headers, link: `<${trap}>; rel="next"` }, body: addLinks(body, trap) };
    });
    await queryEveryField();
  }
  expectNoOtherHosts();
});

test.each([301, 302, 303, 307, 308])(
  'A24 a redirect with %i to another origin is not followed for a list, a task or a log-in',
  async (status) => {
    for (const trap of traps()) {
      injectFault(() => ({ status, headers: { location: trap }, body: {} }));
      await queryEveryField();
    }
    expectNoOtherHosts();
  },
);

test('A24 the recorder of connections detects another host', async () => {
  await fetch(otherOrigin.url);
  expect(otherOrigin.calls).toHaveLength(1);
  expect([...outgoing.hosts]).toContain(new URL(otherOrigin.url).host);
});
