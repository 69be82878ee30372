import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { buildSchema } from '../../../src/graphql/build-schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { type PlaneName, World } from '../../support/world.js';
import { everyField } from '../../support/every-field.js';

const everything = everyField(buildSchema(sourceModules), 'TaskConnection');
/** Longer than the default of `reads.maxAgeMs`. */
const staleMs = 1_500;

let world: World;
beforeEach(async () => {
  world = await World.start({ configuration: { limits: { tokens: 0, selections: 0 } } });
  await read('{ tasks(first: 0) { totalCount } }');
  world.passTime(staleMs);
  world.forgetCalls();
});
afterEach(() => world.close());

async function read(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<ReturnType<typeof JSON.parse>> {
  const { data, errors } = await world.graphql(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

function calls(): Readonly<Record<PlaneName, number>> {
  const count = (name: PlaneName): number => world.calls(name).length;
  return {
    'catalog-demo': count('catalog-demo'),
    'astra-demo': count('astra-demo'),
    'vcf-sfo': count('vcf-sfo'),
    'vcf-lax': count('vcf-lax'),
  };
}

/** Tracked catalog tasks that are not known to have finished. */
async function openCatalogTasks(): Promise<number> {
  const data = await read('{ tasks(filter: { sourceNames: ["catalog-demo"], isFinished: true }, maxAgeMs: 600000) { totalCount } }');
  return world.planes['catalog-demo'].trackedIds.length - data.tasks.totalCount;
}

async function once(): Promise<Readonly<Record<PlaneName, number>>> {
  return { 'catalog-demo': await openCatalogTasks(), 'astra-demo': 1, 'vcf-sfo': 2, 'vcf-lax': 2 };
}

const none = { 'catalog-demo': 0, 'astra-demo': 0, 'vcf-sfo': 0, 'vcf-lax': 0 };

async function idsOf(sourceName: PlaneName): Promise<readonly string[]> {
  const data = await read('query ($filter: TaskFilter) { tasks(filter: $filter, first: 200, maxAgeMs: 600000) { nodes { id } } }', {
    filter: { sourceNames: [sourceName] },
  });
  return data.tasks.nodes.map((task: { id: string }) => task.id);
}

test('every field of a page of tasks costs one read of each list, and one call for each open catalog task', async () => {
  const expected = await once();
  const data = await read(`{ tasks(first: 50) ${everything} }`);
  expect(data.tasks.nodes).toHaveLength(50);
  expect(calls()).toEqual(expected);
});

test('the same ten times in one operation costs the same', async () => {
  const expected = await once();
  await read(
    `{ ${Array.from({ length: 10 }, (_, n) => `a${n}: tasks(first: ${n + 1}) { nodes { id parent { id } subtasks { totalCount } } }`).join(' ')} }`,
  );
  expect(calls()).toEqual(expected);
});

test('ten times in one operation with maxAgeMs 0 costs the same', async () => {
  world.passTime(-staleMs);
  const expected = await once();
  world.passTime(1);
  await read(
    `{ ${Array.from({ length: 10 }, (_, n) => `a${n}: tasks(first: 50, maxAgeMs: 0) { nodes { id parent { id } subtasks { totalCount } } }`).join(' ')} }`,
  );
  expect(calls()).toEqual(expected);
});

test('ten clients at the same moment cost the same', async () => {
  const expected = await once();
  await Promise.all(Array.from({ length: 10 }, () => read('{ tasks(first: 50) { nodes { id parent { id } subtasks { totalCount } } } }')));
  expect(calls()).toEqual(expected);
});

test('within maxAgeMs nothing is read again, unless maxAgeMs is 0', async () => {
  await read('{ tasks { totalCount } }');
  world.passTime(1_000);
  world.forgetCalls();
  await read(`{ tasks(first: 50) ${everything} taskFailureGroups { totalCount } }`);
  expect(calls()).toEqual(none);
  await read('{ tasks(maxAgeMs: 999) { totalCount } }');
  expect(calls()['astra-demo']).toBe(1);
});

test('parents, subtasks and resources may be as old as the tasks themselves', async () => {
  world.passTime(30_000);
  const data = await read(`{ tasks(first: 200, maxAgeMs: 60000) ${everything} }`);
  expect(data.tasks.nodes.some((task: { parent: unknown }) => task.parent !== null)).toBe(true);
  await read('{ tasks(first: 50, maxAgeMs: 60000) { nodes { resources { tasks { totalCount } } } } }');
  const [id] = await idsOf('astra-demo');
  await read('query ($id: ID!) { task(id: $id, maxAgeMs: 60000) { parent { id } subtasks { totalCount } } }', { id });
  expect(calls()).toEqual(none);
});

test('parents, subtasks and resources are as fresh as the task itself', async () => {
  await read('{ tasks { totalCount } }');
  const [parent, child] = (await idsOf('astra-demo')).slice(0, 2).map((id) => id.slice('astra-demo:'.length));
  world.planes['astra-demo'].setTask(child ?? '', { parentTaskID: parent });
  world.passTime(1);
  const data = await read('query ($id: ID!) { task(id: $id, maxAgeMs: 0) { subtasks { nodes { ... on AstraTask { sourceTaskId } } } } }', {
    id: `astra-demo:${parent ?? ''}`,
  });
  expect(data.task.subtasks.nodes).toContainEqual({ sourceTaskId: child });
});

test('fifty Astra tasks by id cost one call', async () => {
  for (let n = 0; n < 60; n++) world.planes['astra-demo'].addTask();
  await read('{ tasks { totalCount } }');
  const ids = (await idsOf('astra-demo')).slice(0, 50);
  world.passTime(staleMs);
  world.forgetCalls();
  const data = await read('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Task { parent { id } subtasks { totalCount } } } }', {
    ids,
  });
  expect(data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
  expect(calls()).toEqual({ ...none, 'astra-demo': 1 });
});

test.each([0, 600])('three VCF tasks by id cost at most four calls when the site has %d more', async (count) => {
  world.planes['vcf-sfo'].fill(count);
  await read('{ tasks { totalCount } }');
  const ids = (await idsOf('vcf-sfo')).slice(0, 3);
  world.passTime(staleMs);
  world.forgetCalls();
  const data = await read('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(data.nodes).toEqual(ids.map((id) => ({ id })));
  expect(calls()['vcf-sfo']).toBeGreaterThan(0);
  expect(calls()['vcf-sfo']).toBeLessThanOrEqual(4);
});

test('three VCF tasks by id cost at most four calls when nothing is cached', async () => {
  const ids = (await idsOf('vcf-lax')).slice(0, 3);
  const cold = await World.start();
  try {
    const { data } = await cold.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data.nodes).toEqual(ids.map((id) => ({ id })));
    expect(cold.calls('vcf-lax').length).toBeLessThanOrEqual(4);
  } finally {
    await cold.close();
  }
});

test('a finished catalog task is not read again', async () => {
  const filter = { sourceNames: ['catalog-demo'], isFinished: true };
  const finished = await read('query ($filter: TaskFilter) { tasks(filter: $filter, maxAgeMs: 600000) { nodes { id sourceTaskId } } }', {
    filter,
  });
  const [{ id, sourceTaskId }] = finished.tasks.nodes;
  const query = `query ($id: ID!, $own: String!) {
    task(id: $id, maxAgeMs: 0) { id } node(id: $id) { id } taskBySourceTaskId(sourceName: "catalog-demo", sourceTaskId: $own) { id }
  }`;
  expect(await read(query, { id, own: sourceTaskId })).toEqual({ task: { id }, node: { id }, taskBySourceTaskId: { id } });
  expect(calls()).toEqual(none);
});

test.each<readonly [string, object, readonly PlaneName[]]>([
  ['sourceNames', { sourceNames: ['astra-demo'] }, ['astra-demo']],
  ['kinds', { kinds: ['VCF'] }, ['vcf-sfo', 'vcf-lax']],
  ['ids', { ids: ['astra-demo:x', 'vcf-sfo:y', 'resource:vcf-lax:z', 'source:vcf-lax', 'nonsense'] }, ['astra-demo', 'vcf-sfo']],
  ['parentIds', { parentIds: ['astra-demo:x'] }, ['astra-demo']],
  ['not', { not: { kinds: ['CATALOG', 'ASTRA'] } }, ['vcf-sfo', 'vcf-lax']],
  ['two of them', { kinds: ['VCF'], sourceNames: ['vcf-lax', 'astra-demo'] }, ['vcf-lax']],
  ['statuses, which leave none out', { statuses: [] }, ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax']],
  ['an empty list', { ids: [] }, []],
])('only the sources that the filter leaves in are called: %s', async (_, filter, called) => {
  const query =
    'query ($filter: TaskFilter) { tasks(filter: $filter) { sources { source { name } } } taskFailureGroups(filter: $filter) { sources { source { name } } } }';
  const { tasks, taskFailureGroups } = await read(query, { filter });
  expect(tasks.sources).toEqual(called.map((name) => ({ source: { name } })));
  expect(taskFailureGroups.sources).toEqual(tasks.sources);
  for (const [name, count] of Object.entries(calls())) expect([name, count > 0]).toEqual([name, called.some((one) => one === name)]);
});
