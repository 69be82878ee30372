import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
/** A gateway whose answers hold 300 values and 1 KiB of raw. */
let small: World;
beforeAll(async () => {
  world = await World.start();
  small = await World.start({ configuration: { limits: { values: 300, rawKb: 1 } } });
});
afterAll(() => Promise.all([world.close(), small.close()]));

/** Tasks of the resources of the tasks of the resources …, so many levels. */
function nest(levels: number): string {
  return `tasks(first: 200) { nodes { ${levels === 1 ? 'id' : `resources { ${nest(levels - 1)} }`} } }`;
}

function count(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, one) => sum + count(one), 0);
  return inner + (Array.isArray(value) ? 0 : 1);
}

test.each([4, 5])('of %i nested lists the part that fits is returned, and the rest is refused before it is built', async (levels) => {
  const { data, errors = [] } = await world.graphql(`{ ${nest(levels)} taskSources { id } }`);
  expect(data.tasks.nodes.length).toBeGreaterThan(100);
  expect(data.taskSources).toHaveLength(4);
  expect(count(data)).toBeLessThan(100_000);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['LIMIT_EXCEEDED']));
  expect(errors.length).toBeLessThanOrEqual(2_000);
});

test('the message says what was requested, what is allowed and how to request less', async () => {
  const { errors } = await small.graphql('{ tasks(first: 100) { nodes { id name status } } }');
  expect(errors?.map(({ message }) => message)).toEqual([
    'The answer to one operation holds at most 300 values, objects times the fields selected of each; this list asks for 400 more than the 0 so far. Ask for less: a smaller first, fewer fields, or lists within lists in operations of their own.',
  ]);
});

test('200 tasks with 50 subtasks each and the usual fields fit into one operation', async () => {
  const own = await World.start();
  try {
    const subTasks = Array.from({ length: 50 }, (_, i) => ({ name: `step ${i}`, status: 'SUCCESSFUL' }));
    for (let i = 0; i < 200; i++) own.planes['vcf-sfo'].addTask({ status: 'SUCCESSFUL', subTasks });
    const detail = readFileSync('schema/operations/task-tree.graphql', 'utf8').replace(/^query[^]*?\n}\n/m, '');
    const steps =
      'subtasks(first: 50) { nodes { __typename ... on TaskLifecycle { name status startedAt finishedAt durationMs } ... on AstraTask { id operation progress { percent } } ... on VcfSubtask { index } } }';
    const query = `{ tasks(first: 200, filter: { sourceNames: ["vcf-sfo"] }) { nodes { ...TaskDetail raw history { status at } actions { at } ${steps} } } } ${detail}`;
    const { data, errors } = await own.graphql(query);
    expect(errors).toBeUndefined();
    expect(data.tasks.nodes.flatMap(({ subtasks }: Json) => subtasks.nodes).length).toBeGreaterThan(9_000);
  } finally {
    await own.close();
  }
});

const much = 'nodes { id name status createdAt }';
const costs: readonly (readonly [string, string, readonly (string | number)[]])[] = [
  ['nodes of tasks', `{ tasks(first: 100) { ${much} } }`, ['tasks', 'nodes']],
  ['edges of tasks', '{ tasks(first: 100) { edges { cursor node { id name } } } }', ['tasks', 'edges']],
  ['the same nodes again', '{ tasks(first: 50) { a: nodes { id name } b: nodes { id } c: nodes { id } } }', ['tasks', 'c']],
  ['fields of a fragment', '{ tasks(first: 100) { nodes { ...F } } } fragment F on Task { id name ... { status } }', ['tasks', 'nodes']],
  ['resources of tasks', '{ tasks(first: 20) { nodes { resources { tasks { totalCount } } } } }', ['tasks', 'nodes', 0, 'resources']],
  ['lists of failure groups', '{ taskFailureGroups { nodes { tasks { totalCount } } } }', ['taskFailureGroups', 'nodes']],
  ['subtasks, shown or not', '{ tasks(first: 50) { nodes { subtasks { totalCount } } } }', ['tasks', 'nodes']],
  ['raw of many', '{ tasks(first: 28) { nodes { id raw } } }', ['tasks', 'nodes']],
  [
    'nodes by id',
    `{ nodes(ids: ${JSON.stringify(Array.from({ length: 100 }, () => 'source:vcf-lax'))}) { id __typename ... on TaskSource { name } } }`,
    ['nodes'],
  ],
  [
    'entities',
    `{ _entities(representations: [${'{ __typename: "TaskSource", id: "source:vcf-lax" } '.repeat(100)}]) { ... on TaskSource { id name kind } } }`,
    ['_entities'],
  ],
];
test.each(costs)('%s are refused where they exceed the budget, and sibling fields are returned', async (_what, query, path) => {
  const { data, errors = [] } = await small.graphql(query.replace('{', '{ taskSources { id }'));
  expect(errors[0]).toMatchObject({ extensions: { code: 'LIMIT_EXCEEDED' } });
  expect(errors[0]?.path?.slice(0, path.length).map((step) => (typeof step === 'number' ? 0 : step))).toEqual(path);
  // Lists by ids may not be null by themselves.
  if (path[0] !== 'nodes' && path[0] !== '_entities') expect(data.taskSources).toHaveLength(4);
});

test('raw beyond the budget is refused task by task', async () => {
  const { data, errors = [] } = await small.graphql('{ tasks(first: 10) { nodes { id raw } } }');
  const rows: readonly Json[] = data.tasks.nodes;
  expect(rows).toHaveLength(10);
  expect(Buffer.byteLength(rows.map(({ raw }) => JSON.stringify(raw ?? '')).join(''))).toBeLessThan(1_100);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]).toMatchObject({ message: expect.stringContaining('1 KiB of raw'), extensions: { code: 'LIMIT_EXCEEDED' } });
});

test('0 is no limit', async () => {
  const own = await World.start({ configuration: { limits: { values: 0, rawKb: 0 } } });
  try {
    expect((await own.graphql(`{ ${nest(4)} }`)).errors).toBeUndefined();
  } finally {
    await own.close();
  }
});
