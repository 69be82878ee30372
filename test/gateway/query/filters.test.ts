import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
let all: readonly Json[];
beforeAll(async () => {
  world = await World.start();
  // Everything is read, then some of it changes.
  await world.graphql('{ tasks { totalCount } }');
  world.advance(60_000);
  all = (await list({}))['nodes'];
  expect(all.length).toBeLessThan(200);
});
afterAll(() => world.close());

const query = `query ($filter: TaskFilter) {
  tasks(filter: $filter, first: 200) {
    totalCount unknownSources countsByStatus { status count } sources { source { name } taskCount }
    nodes {
      id name description operation status isFinished createdAt finishedAt changedAt sourceTaskId source { name kind }
      resources { ...R } subtasks(first: 200) { nodes { ... on VcfSubtask { ...S children { ...S children { ...S } } } } } warnings { __typename } parent { id } rootCause { code message }
    }
  }
}
fragment R on TaskResource { id sourceResourceId type name }
fragment S on VcfSubtask { resources { ...R } }`;

/** What a task works on, and what its subtasks do. */
function resourcesOf(work: Json): readonly Json[] {
  const parts = [...(work.subtasks?.nodes ?? []), ...(work.children ?? [])];
  return [...(work.resources ?? []), ...parts.flatMap(resourcesOf)];
}

async function list(filter: Json): Promise<Json> {
  const { data, errors } = await world.graphql(query, { filter });
  expect(errors).toBeUndefined();
  return data.tasks;
}

const gatewayWarnings = ['UnmappedStatusWarning', 'StaleDataWarning', 'MalformedDataWarning', 'ImplausibleTimesWarning'];
const anyOf = (pick: (task: Json) => unknown): string => {
  const found = all.find((task) => pick(task) != null);
  return String(found === undefined ? undefined : pick(found));
};
/** A time that some tasks have, such that others are earlier and others later. */
const middle = (field: string): string => {
  const times = all.flatMap((task) => task[field] ?? []).toSorted();
  return String(times[Math.floor(times.length / 2)]);
};
const upper = (text: string): string => text.toUpperCase();

type Case = readonly [field: string, filter: () => Json, matches: (task: Json, wanted: Json) => boolean];

test.each<Case>([
  ['ids', () => [all[3].id, all[7].id, 'astra-demo:none'], (task, wanted) => wanted.includes(task.id)],
  ['sourceNames', () => ['vcf-lax', 'catalog-demo'], (task, wanted) => wanted.includes(task.source.name)],
  ['kinds', () => ['ASTRA', 'CATALOG'], (task, wanted) => wanted.includes(task.source.kind)],
  ['statuses', () => ['FAILED', 'UNKNOWN'], (task, wanted) => wanted.includes(task.status)],
  ['isFinished', () => true, (task) => task.isFinished],
  ['isFinished', () => false, (task) => !task.isFinished],
  ['operations', () => [anyOf((task) => task.operation), 'ROTATE'], (task, wanted) => wanted.includes(task.operation)],
  [
    'text',
    // No failure and no warning has it; task-search.test.ts is about those.
    () => 'cLoNe',
    (task) =>
      [task.name, task.description, task.operation, ...resourcesOf(task).map((one) => one.name)].some((text) =>
        upper(text ?? '').includes('CLONE'),
      ),
  ],
  [
    'resourceTypes',
    () => ['esxi', 'APPBACKUPS'],
    (task, wanted) => resourcesOf(task).some((one) => wanted.map(upper).includes(upper(one.type ?? ''))),
  ],
  ['parentIds', () => [anyOf((task) => task.parent?.id)], (task, wanted) => wanted.includes(task.parent?.id)],
  ['topLevelOnly', () => true, (task) => task.parent === null],
  ['topLevelOnly', () => false, () => true],
  ['hasWarnings', () => true, (task) => task.warnings.some((one: Json) => !gatewayWarnings.includes(one.__typename))],
  ['hasWarnings', () => false, (task) => task.warnings.every((one: Json) => gatewayWarnings.includes(one.__typename))],
  ['createdAfter', () => middle('createdAt'), (task, wanted) => task.createdAt !== null && task.createdAt >= wanted],
  ['createdBefore', () => middle('createdAt'), (task, wanted) => task.createdAt !== null && task.createdAt < wanted],
  ['finishedAfter', () => middle('finishedAt'), (task, wanted) => task.finishedAt !== null && task.finishedAt >= wanted],
  ['finishedBefore', () => middle('finishedAt'), (task, wanted) => task.finishedAt !== null && task.finishedAt < wanted],
  [
    'changedAfter',
    () =>
      all
        .map((task) => task.changedAt)
        .toSorted()
        .at(-1),
    (task, wanted) => task.changedAt >= wanted,
  ],
  ['not', () => ({ statuses: ['FAILED'], kinds: ['VCF'] }), (task) => task.status !== 'FAILED' || task.source.kind !== 'VCF'],
])('%s leaves in what it names', async (field, wantedOf, matches) => {
  const wanted = wantedOf();
  const expected = all.filter((task) => matches(task, wanted)).map((task) => task.id);
  const found = await list({ [field]: wanted });
  expect(expected.length).toBeGreaterThan(0);
  if (field !== 'topLevelOnly' || wanted === true) expect(expected.length).toBeLessThan(all.length);
  expect(found.nodes.map((task: Json) => task.id)).toEqual(expected);
  expect(found.totalCount).toBe(expected.length);
  expect(found.sources.reduce((sum: number, source: Json) => sum + source.taskCount, 0)).toBe(expected.length);
});

test('resourceIds takes ids of the plane and ids of this gateway, and finds what only a subtask names', async () => {
  const task = all.find((one) => one.source.kind === 'VCF' && one.resources.length > 0);
  const [{ id, sourceResourceId }] = task.resources;
  const own = await list({ resourceIds: [id] });
  expect(own.nodes.map((one: Json) => one.id)).toContain(task.id);
  expect((await list({ resourceIds: [sourceResourceId] })).totalCount).toBeGreaterThanOrEqual(own.totalCount);
  const only = world.planes['vcf-sfo'].addTask({
    subTasks: [{ name: 'Outer', subTasks: [{ name: 'Inner', resources: [{ resourceId: 'only-here', type: 'ESXI' }] }] }],
  });
  world.passTime(2_000);
  expect((await list({ resourceIds: ['only-here'] })).nodes.map((one: Json) => one.id)).toEqual([`vcf-sfo:${only}`]);
  world.planes['vcf-sfo'].removeTask(only);
  world.passTime(2_000);
});

test.each(['ids', 'sourceNames', 'kinds', 'statuses', 'operations', 'resourceIds', 'resourceTypes', 'parentIds', 'failureKeys'])(
  'an empty list of %s matches nothing, and null restricts nothing',
  async (field) => {
    expect((await list({ [field]: [] })).totalCount).toBe(0);
    expect((await list({ not: { [field]: [] } })).totalCount).toBe(all.length);
    expect((await list({ [field]: null })).totalCount).toBe(all.length);
  },
);

test('counts keep the figures of every status while a filter chooses some', async () => {
  const counts = (await list({ kinds: ['VCF'] })).countsByStatus;
  expect(counts.length).toBeGreaterThan(5);
  expect(counts.every(({ count }: Json) => count > 0)).toBe(true);
  const chosen = await list({ kinds: ['VCF'], statuses: ['FAILED'], isFinished: true });
  expect(chosen.countsByStatus).toEqual(counts);
  expect(chosen.totalCount).toBe(counts.find(({ status }: Json) => status === 'FAILED').count);
  const others = await list({ kinds: ['VCF'], statuses: ['FAILED'], not: { statuses: ['RUNNING'] } });
  expect(others.countsByStatus).toEqual(counts.filter(({ status }: Json) => status !== 'RUNNING'));
  expect((await list({ statuses: [] })).countsByStatus).toEqual((await list({})).countsByStatus);
});

test('names that are no source are listed as unknown, also where they are only excluded', async () => {
  const found = await list({ sourceNames: ['vcf-sfo', 'Vcf-SFO', 'nowhere', 'nowhere'], not: { sourceNames: ['elsewhere'] } });
  expect(found.unknownSources).toEqual(['Vcf-SFO', 'nowhere', 'elsewhere']);
  expect(found.nodes.every((task: Json) => task.source.name === 'vcf-sfo')).toBe(true);
  expect(found.sources.map((one: Json) => one.source.name)).toEqual(['vcf-sfo']);
});

test('failureKeys are those of the failure groups', async () => {
  const { data } = await world.graphql('{ taskFailureGroups(first: 200) { nodes { key count } } }');
  const groups: readonly Json[] = data.taskFailureGroups.nodes;
  for (const { key, count } of groups) expect((await list({ failureKeys: [key] })).totalCount).toBe(count);
  const every = await list({ failureKeys: [...groups.map(({ key }) => key), 'unknown'] });
  expect(every.totalCount).toBe((await list({ statuses: ['FAILED', 'TIMED_OUT'] })).totalCount);
});
