import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { type PlaneName, World } from '../../support/world.js';

/** Longer than the default of `reads.maxAgeMs`. */
const staleMs = 1_500;
const names: readonly PlaneName[] = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'];

let world: World;
beforeEach(async () => {
  world = await World.start();
  for (let n = 0; n < 60; n++) {
    world.planes['astra-demo'].addTask();
    world.planes['vcf-sfo'].addTask({ status: 'IN_PROGRESS' });
  }
});
afterEach(() => world.close());

async function listIds(sourceName: PlaneName, count: number): Promise<readonly string[]> {
  const { data } = await world.graphql('query ($filter: TaskFilter) { tasks(filter: $filter, first: 200) { nodes { id } } }', {
    filter: { sourceNames: [sourceName] },
  });
  return data.tasks.nodes.slice(0, count).map(({ id }: Json) => id);
}

/** The number of calls to each plane by an operation with a stale cache. */
async function countCalls(query: string, variables: Json): Promise<readonly number[]> {
  world.passTime(staleMs);
  world.forgetCalls();
  const { data, errors } = await world.graphql(query, variables);
  expect([errors, Object.values<Json>(data)[0]]).toEqual([undefined, expect.not.arrayContaining([null])]);
  return names.map((name) => world.calls(name).length);
}

const byNodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Task { name subtasks { totalCount } parent { id } } } }';
const byReference =
  'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Task { name subtasks { totalCount } parent { id } } } }';

test.each([
  ['astra-demo', 'AstraTask', 50],
  ['astra-demo', 'Task', 50],
  ['vcf-sfo', 'VcfTask', 50],
  ['vcf-sfo', 'Task', 50],
  ['vcf-lax', 'VcfTask', 3],
  ['catalog-demo', 'CatalogTask', 3],
] as const)('references to tasks of %s as %s cause as many upstream calls as nodes: %d', async (sourceName, __typename, count) => {
  const ids = await listIds(sourceName, count);
  expect(ids).toHaveLength(count);
  const expected = await countCalls(byNodes, { ids });
  expect(await countCalls(byReference, { r: ids.map((id) => ({ __typename, id })) })).toEqual(expected);
});

test('fifty references to Astra tasks cause one upstream call', async () => {
  const ids = await listIds('astra-demo', 50);
  expect(await countCalls(byReference, { r: ids.map((id) => ({ __typename: 'AstraTask', id })) })).toEqual([0, 1, 0, 0]);
});

test('references to tasks of all planes in one operation are batched by plane', async () => {
  const ids = (await Promise.all(names.slice(1).map((name) => listIds(name, 20)))).flat();
  const expected = await countCalls(byNodes, { ids });
  expect(await countCalls(byReference, { r: ids.map((id) => ({ __typename: 'Task', id })) })).toEqual(expected);
});

test('a failing plane affects only its own entities, each with an error', async () => {
  const [astra, vcf] = [await listIds('astra-demo', 2), await listIds('vcf-lax', 2)];
  world.planes['astra-demo'].server.fault = () => ({ status: 503 });
  world.passTime(400_000);
  const r = [...astra, ...vcf].map((id) => ({ __typename: 'Task', id }));
  const { data, errors } = await world.graphql('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Task { id } } }', { r });
  expect(data._entities.map((entity: Json) => entity?.id ?? null)).toEqual([null, null, ...vcf]);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['_entities', 0], 'SOURCE_UNAVAILABLE'],
    [['_entities', 1], 'SOURCE_UNAVAILABLE'],
  ]);
});
