import { afterEach, expect, test } from '@jest/globals';

import type { PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import { waitUntil } from '../../support/wait-until.js';
import { buildPlaneError, refuseWith } from '../../support/plane-errors.js';
import type { Json } from '../../support/post.js';
import { act, onActions } from '../actions/act.js';
import { expiredAfterMs, FailingWorld, failingSources, tasksOf } from './failing-world.js';

let scenario: FailingWorld;
afterEach(() => scenario.close());

const ofFaulty =
  '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }';

/** It is not tried again within one operation. */
const notNow: PlaneFault = () => ({ status: 501 });

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
  scenario.fall(notNow);
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
  scenario.fall(notNow);
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

const asksForPause = (status: number, seconds: string): PlaneFault => refuseWith(status, {}, { 'retry-after': seconds });

/** Two ways to ask for the newest data, each a read of its own. */
async function askForNewest(id: string): Promise<readonly (number | undefined)[]> {
  const name = id.slice(0, id.indexOf(':'));
  const list = await scenario.world.graphql(
    `{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["${name}"] }) { sources { ... on TaskSourceUnavailable { retryAfterMs } } } }`,
  );
  const single = await scenario.world.graphql('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id } }', { id });
  return [list.data.tasks.sources[0].retryAfterMs, single.errors?.[0]?.extensions?.['retryAfterMs'] as number | undefined];
}

test.each(failingSources)(
  'the pause that %s asks for is kept to, whatever age a client allows, and told as what is left of it',
  async (name) => {
    scenario = await FailingWorld.start(name);
    const id = tasksOf(name, (await scenario.list({ isFinished: false })).tasks)[0].id;
    for (const [status, seconds, pauseMs] of [
      [429, '700', 700_000],
      [503, '99999999999999999999', 3_600_000],
    ] as const) {
      // What was read before is too old to be shown.
      scenario.world.passTime(expiredAfterMs);
      scenario.fall(asksForPause(status, seconds));
      scenario.world.forgetCalls();
      expect((await askForNewest(id))[0]).toBe(pauseMs);
      const calls = scenario.world.calls(name).length;
      scenario.fall(null);
      for (const passedMs of [1, pauseMs - 2]) {
        scenario.world.passTime(passedMs);
        const leftMs = passedMs === 1 ? pauseMs - 1 : 1;
        // The last millisecond is waited for; before it, nobody is.
        if (leftMs > 1) expect(await askForNewest(id)).toEqual([leftMs, leftMs]);
        expect(scenario.world.calls(name)).toHaveLength(calls);
      }
      scenario.world.passTime(1);
      expect(await askForNewest(id)).toEqual([undefined, undefined]);
      expect(scenario.world.calls(name).length).toBeGreaterThan(calls);
    }
  },
);

test('a pause of all reads ends when the plane answers another call of the same read; one task in trouble hides no other', async () => {
  scenario = await FailingWorld.start('catalog-demo');
  const [bad, other] = tasksOf('catalog-demo', (await scenario.list({ isFinished: false })).tasks);
  scenario.fall((call, handle) =>
    call.path.endsWith(bad.id.slice('catalog-demo:'.length)) ? asksForPause(503, '700')(call, handle) : handle(),
  );
  await askForNewest(other.id);
  scenario.world.forgetCalls();
  expect((await askForNewest(other.id))[1]).toBeUndefined();
  expect(scenario.world.calls('catalog-demo').at(-1)?.path).toContain(other.id.slice('catalog-demo:'.length));
});

test('the reads after an action keep to the pause that its response asks for', async () => {
  scenario = await FailingWorld.start('vcf-sfo');
  const { data } = await scenario.world.graphql(
    '{ tasks(first: 50, filter: { sourceNames: ["vcf-sfo"], statuses: [FAILED] }) { nodes { id retry { isAllowed } } } }',
  );
  const { id } = data.tasks.nodes.find(({ retry }: Json) => retry.isAllowed);
  scenario.world.forgetCalls();
  scenario.fall(onActions(asksForPause(503, '700')));
  const payload = await act(scenario.world, 'retryTask', { id });
  expect(payload).toMatchObject({ outcome: 'UNKNOWN', errors: [{ __typename: 'TaskOutcomeUnknownError' }] });
  expect(scenario.world.calls('vcf-sfo').map(({ method }) => method)).toEqual(['PATCH']);
});
