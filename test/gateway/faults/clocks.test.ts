import { afterEach, describe, expect, test } from '@jest/globals';

import { waitUntil } from '../../support/wait-until.js';
import { World, type WorldOptions } from '../../support/world.js';

const hour = 3_600_000;
const fiveMinutes = 300_000;

let world: World;
afterEach(() => world.close());

const list = `{ tasks(first: 200) { nodes { id status durationMs } sources { __typename observedAt } } }`;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start(options);
  expect(await outcomes()).toEqual(Array(4).fill('TaskSourceAnswered'));
}

async function outcomes(): Promise<readonly string[]> {
  world.passTime(1_500);
  const { data, errors } = await world.graphql(list);
  expect(errors).toBeUndefined();
  expect(data.tasks.nodes.filter(({ durationMs }: { durationMs: number | null }) => durationMs !== null && durationMs < 0)).toEqual([]);
  return data.tasks.sources.map((outcome: { __typename: string }) => outcome.__typename);
}

/** How often somebody logged in, or renewed a token. */
function logIns(): number {
  const planes = [world.planes['catalog-demo'], world.planes['vcf-sfo'], world.planes['vcf-lax']];
  return planes
    .flatMap(({ server }) => server.calls)
    .filter(({ path }) => path === '/service-account-token' || path.startsWith('/v1/tokens')).length;
}

describe.each([-hour, hour])('when the wall clock is set by %d ms', (ms) => {
  test('tokens are renewed on time, and not earlier', async () => {
    await start();
    const before = logIns();
    expect(before).toBe(3);
    world.setClock(ms);
    expect(await outcomes()).toEqual(Array(4).fill('TaskSourceAnswered'));
    expect(logIns()).toBe(before);
    world.passTime(hour);
    expect(await outcomes()).toEqual(Array(4).fill('TaskSourceAnswered'));
    expect(logIns()).toBeGreaterThan(before);
  });

  test('data that the planes send after that is shown, and no older data instead', async () => {
    await start();
    const plane = world.planes['vcf-sfo'];
    const id = plane.addTask({ status: 'IN_PROGRESS' });
    await outcomes();
    world.setClock(ms);
    plane.setTask(id, { status: 'FAILED' });
    world.passTime(1_500);
    const query = 'query ($id: ID!) { task(id: $id) { status } tasks(filter: { ids: [$id] }) { nodes { status } } }';
    const { data } = await world.graphql(query, { id: `vcf-sfo:${id}` });
    expect(data).toEqual({ task: { status: 'FAILED' }, tasks: { nodes: [{ status: 'FAILED' }] } });
  });

  test('a circuit breaker refuses for no longer than intended', async () => {
    await start();
    const ofAstra =
      '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { sources { __typename ... on TaskSourceUnavailable { retryAfterMs } } } }';
    world.passTime(301_000);
    world.planes['astra-demo'].server.fault = () => ({ status: 501 });
    for (let reads = 0; reads < 11; reads++) {
      world.passTime(10);
      await world.graphql(ofAstra);
    }
    world.planes['astra-demo'].server.fault = null;
    world.setClock(ms);
    const [{ retryAfterMs }] = (await world.graphql(ofAstra)).data.tasks.sources;
    expect(retryAfterMs).toBeLessThanOrEqual(5_000);
    world.passTime(retryAfterMs);
    expect((await world.graphql(ofAstra)).data.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
  });
});

test('with the clock set back by an hour, data of an unavailable plane is shown for five and a half minutes, and not for an hour', async () => {
  await start();
  world.setClock(-hour);
  world.planes['astra-demo'].server.fault = () => 'hang-up';
  world.passTime(fiveMinutes - 3_000);
  expect(await outcomes()).toEqual(['TaskSourceAnswered', 'TaskSourceStale', 'TaskSourceAnswered', 'TaskSourceAnswered']);
  world.passTime(fiveMinutes / 9 + 3_000);
  expect(await outcomes()).toEqual(['TaskSourceAnswered', 'TaskSourceUnavailable', 'TaskSourceAnswered', 'TaskSourceAnswered']);
});

test.each([-fiveMinutes, fiveMinutes])(
  'planes whose clocks are %d ms ahead are read, acted on and watched as others are',
  async (skewMs) => {
    await start({ skewMs });
    const before = logIns();
    world.passTime(fiveMinutes);
    expect(await outcomes()).toEqual(Array(4).fill('TaskSourceAnswered'));
    expect(logIns()).toBe(before);
    const id = world.planes['vcf-sfo'].addTask({ status: 'FAILED', isRetryable: true });
    await outcomes();
    const retry = 'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }';
    expect((await world.graphql(retry, { id: `vcf-sfo:${id}` })).data.retryTask).toEqual({ outcome: 'ACCEPTED' });
    await waitUntil(() => world.calls('vcf-sfo').some(({ method }) => method === 'PATCH'));
  },
);
