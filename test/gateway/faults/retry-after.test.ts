import { afterEach, expect, test } from '@jest/globals';

import type { PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import { waitUntil } from '../../support/wait-until.js';
import { FailingWorld } from './failing-world.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const ofFaulty =
  '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }';

/** It asks for a second, and asking again within one operation would be of no use. */
const comeBackSoon: PlaneFault = () => ({ status: 501, headers: { 'retry-after': '1' } });

/** So many reads that fail, one after the other. */
async function fail(times: number): Promise<void> {
  for (let reads = 0; reads < times; reads++) {
    scenario.world.passTime(10);
    await scenario.world.graphql(ofFaulty);
  }
}

/** Lets the neighbour answer when the returned function is called. */
function hold(): () => void {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  scenario.world.planes['vcf-lax'].server.fault = async (_call, handle) => {
    await gate;
    return handle();
  };
  return release;
}

test('retryAfterMs is current when it is sent: another operation may have opened the circuit breaker in the meantime', async () => {
  scenario = await FailingWorld.start('astra-demo', {}, { random: () => 0.5 });
  await scenario.list();
  scenario.world.passTime(301_000);
  scenario.fall(comeBackSoon);
  scenario.world.forgetCalls();
  const release = hold();
  const begun = scenario.list();
  await waitUntil(
    () => scenario.world.calls('astra-demo').length === 1 && scenario.world.calls('vcf-lax').length > 0,
    'both planes are called',
  );

  await fail(9);
  release();
  const { retryAfterMs } = (await begun).outcomes['astra-demo'];
  // A window of 5 s, and a tenth of it less where chance is even.
  expect(retryAfterMs).toBe(4_750);

  const called = scenario.world.calls('astra-demo').length;
  scenario.world.passTime(retryAfterMs - 1);
  await scenario.world.graphql(ofFaulty);
  expect(scenario.world.calls('astra-demo')).toHaveLength(called);
  scenario.world.passTime(1);
  await scenario.world.graphql(ofFaulty);
  expect(scenario.world.calls('astra-demo')).toHaveLength(called + 1);
});

test('a resource and a task of a plane that is not called report the same retryAfterMs', async () => {
  scenario = await FailingWorld.start('astra-demo', {}, { random: () => 0.5 });
  const { data } = await scenario.world.graphql(
    '{ tasks(first: 1, filter: { sourceNames: ["astra-demo"] }) { nodes { id resources { id } } } }',
  );
  const [{ id, resources }] = data.tasks.nodes;
  scenario.world.passTime(301_000);
  scenario.fall(comeBackSoon);
  await fail(10);
  scenario.world.passTime(1_000);
  const ids = [id, ...resources.map((resource: { id: string }) => resource.id)];
  const { errors } = await scenario.world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors?.map(({ extensions }) => extensions?.['retryAfterMs'])).toEqual(ids.map(() => 3_750));
});

test('a refused login says when it will be tried again', async () => {
  scenario = await FailingWorld.start('catalog-demo', {}, { random: () => 0.5 });
  scenario.fallWholly((call, handle) =>
    call.path === '/service-account-token' ? { status: 401, body: buildPlaneError('catalog', 401) } : handle(),
  );
  const logIns = (): number => scenario.world.planes['catalog-demo'].server.calls.length;
  const ask =
    '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["catalog-demo"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }';
  const { data } = await scenario.world.graphql(ask);
  const [{ retryAfterMs }] = data.tasks.sources;
  expect(retryAfterMs).toBe(30_000);
  const before = logIns();
  scenario.world.passTime(retryAfterMs - 1);
  await scenario.world.graphql(ask);
  expect(logIns()).toBe(before);
  scenario.world.passTime(1);
  await scenario.world.graphql(ask);
  expect(logIns()).toBe(before + 1);
});
