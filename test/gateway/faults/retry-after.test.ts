import { afterEach, expect, test } from '@jest/globals';

import type { PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import { waitUntil } from '../../support/wait-until.js';
import { FailingWorld } from './failing-world.js';

let room: FailingWorld;
afterEach(() => room.close());

const ofSick =
  '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }';

/** It asks for a second, and asking again within one operation would be of no use. */
const comeBackSoon: PlaneFault = () => ({ status: 501, headers: { 'retry-after': '1' } });

/** So many reads that fail, one after the other. */
async function fail(times: number): Promise<void> {
  for (let reads = 0; reads < times; reads++) {
    room.world.passTime(10);
    await room.world.graphql(ofSick);
  }
}

/** Lets the neighbour answer when the returned function is called. */
function hold(): () => void {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  room.world.planes['vcf-lax'].server.fault = async (_call, handle) => {
    await gate;
    return handle();
  };
  return release;
}

test('retryAfterMs is current when it is sent: another operation may have opened the circuit breaker in the meantime', async () => {
  room = await FailingWorld.start('astra-demo', {}, { random: () => 0.5 });
  await room.list();
  room.world.passTime(301_000);
  room.fall(comeBackSoon);
  room.world.forgetCalls();
  const release = hold();
  const begun = room.list();
  await waitUntil(() => room.world.calls('astra-demo').length === 1 && room.world.calls('vcf-lax').length > 0, 'both planes are asked');

  await fail(9);
  release();
  const { retryAfterMs } = (await begun).outcomes['astra-demo'];
  // A window of 5 s, and a tenth of it less where chance is even.
  expect(retryAfterMs).toBe(4_750);

  const asked = room.world.calls('astra-demo').length;
  room.world.passTime(retryAfterMs - 1);
  await room.world.graphql(ofSick);
  expect(room.world.calls('astra-demo')).toHaveLength(asked);
  room.world.passTime(1);
  await room.world.graphql(ofSick);
  expect(room.world.calls('astra-demo')).toHaveLength(asked + 1);
});

test('a resource and a task of a plane that is not asked report the same retryAfterMs', async () => {
  room = await FailingWorld.start('astra-demo', {}, { random: () => 0.5 });
  const { data } = await room.world.graphql(
    '{ tasks(first: 1, filter: { sourceNames: ["astra-demo"] }) { nodes { id resources { id } } } }',
  );
  const [{ id, resources }] = data.tasks.nodes;
  room.world.passTime(301_000);
  room.fall(comeBackSoon);
  await fail(10);
  room.world.passTime(1_000);
  const ids = [id, ...resources.map((resource: { id: string }) => resource.id)];
  const { errors } = await room.world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors?.map(({ extensions }) => extensions?.['retryAfterMs'])).toEqual(ids.map(() => 3_750));
});

test('a refused login says when it will be tried again', async () => {
  room = await FailingWorld.start('catalog-demo', {}, { random: () => 0.5 });
  room.fallWholly((call, handle) => (call.path === '/service-account-token' ? { status: 401 } : handle()));
  const logIns = (): number => room.world.planes['catalog-demo'].server.calls.length;
  const ask =
    '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["catalog-demo"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }';
  const { data } = await room.world.graphql(ask);
  const [{ retryAfterMs }] = data.tasks.sources;
  expect(retryAfterMs).toBe(30_000);
  const before = logIns();
  room.world.passTime(retryAfterMs - 1);
  await room.world.graphql(ask);
  expect(logIns()).toBe(before);
  room.world.passTime(1);
  await room.world.graphql(ask);
  expect(logIns()).toBe(before + 1);
});
