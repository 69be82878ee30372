import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { waitUntil } from '../../support/wait-until.js';
import { World } from '../../support/world.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
  world.planes['vcf-sfo'].server.fault = () => ({ status: 500, body: {} });
});
afterEach(() => world.close());

const asOfNow = { 'catalog-demo': 'UP', 'astra-demo': 'UP', 'vcf-sfo': 'DOWN', 'vcf-lax': 'UP' };

async function data(query: string): Promise<Json> {
  const answer = await world.graphql(query);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

function statusesOf(sources: readonly Json[]): Json {
  return Object.fromEntries(sources.map(({ name, health }) => [name, health.status]));
}

test.each([
  ['before', '{ taskSources { name health { status } } tasks { totalCount } }'],
  ['after', '{ tasks { totalCount } taskSources { name health { status } } }'],
])('health that is selected %s a list is as of that list, on the first operation too', async (_where, query) => {
  expect(statusesOf((await data(query)).taskSources)).toEqual(asOfNow);
});

test('health inside an outcome is as of that outcome', async () => {
  const { tasks } = await data('{ tasks { sources { source { name health { status } } } } }');
  expect(statusesOf(tasks.sources.map(({ source }: Json) => source))).toEqual(asOfNow);
});

test('the health of a source waits for the read of one of its tasks', async () => {
  const id = 'vcf-sfo:00000000-0000-4000-8000-000000000001';
  const answer = await world.graphql(`{ taskSource(name: "vcf-sfo") { health { status } } task(id: "${id}") { id } }`);
  expect(answer.data).toEqual({ taskSource: { health: { status: 'DOWN' } }, task: null });
});

test('a source whose reads take as long as lists wait is DEGRADED, without a problem', async () => {
  await world.close();
  const waitMs = 20;
  world = await World.start({ configuration: { reads: { waitMs } } });
  world.planes['vcf-sfo'].server.fault = async (_call, handle) => {
    const endsAt = performance.now() + waitMs;
    await waitUntil(() => performance.now() > endsAt, 'that the plane was slow');
    return handle();
  };
  const { tasks } = await data(
    '{ tasks(filter: { sourceNames: ["vcf-sfo"] }) { sources { __typename source { health { status problem { kind } } } } } }',
  );
  expect(tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered', source: { health: { status: 'DEGRADED', problem: null } } }]);
});

test('health alone starts no read, and waits only for sources that are read', async () => {
  expect(statusesOf((await data('{ taskSources { name health { status } } }')).taskSources)['vcf-sfo']).toBe('UNKNOWN');
  const one = await data('{ taskSources { name health { status } } tasks(filter: { sourceNames: ["vcf-lax"] }) { totalCount } }');
  expect(statusesOf(one.taskSources)).toEqual({
    'catalog-demo': 'UNKNOWN',
    'astra-demo': 'UNKNOWN',
    'vcf-sfo': 'UNKNOWN',
    'vcf-lax': 'UP',
  });
  expect(world.calls('vcf-sfo')).toEqual([]);
});
