import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
let tasks: readonly Json[];
beforeAll(async () => {
  world = await World.start();
  tasks = (await read(everyId)).tasks.nodes;
});
afterAll(() => world.close());

const everyId = `{ tasks(first: 200) { nodes {
  __typename id sourceTaskId source { id name } resources { id source { name } sourceResourceId }
  subtasks(first: 200) { nodes {
    ... on AstraTask { id }
    ... on VcfSubtask { resources { id } children { resources { id } children { resources { id } children { resources { id } } } } }
  } }
} } }`;

async function read(query: string, variables: Json = {}): Promise<Json> {
  const { data, errors } = await world.graphql(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

async function nodesOf(ids: readonly string[]): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let start = 0; start < ids.length; start += 200) {
    const data = await read('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids: ids.slice(start, start + 200) });
    all.push(...data.nodes);
  }
  return all;
}

function resourcesIn(subtask: Json): readonly string[] {
  return [...(subtask.resources ?? []).map((one: Json) => one.id), ...(subtask.children ?? []).flatMap(resourcesIn)];
}

test('every task, subtask, source and resource of the demo is found again by its id', async () => {
  const ofSubtasks = tasks.flatMap((task) => task.subtasks.nodes.flatMap(resourcesIn));
  const ofTasks = tasks.flatMap((task) => task.resources.map((one: Json) => one.id));
  expect(ofSubtasks.some((id) => !ofTasks.includes(id))).toBe(true);
  const expected = [
    ...tasks.map(({ __typename, id }) => ({ __typename, id })),
    ...tasks.flatMap((task) => task.subtasks.nodes.flatMap(({ id }: Json) => (id === undefined ? [] : [{ __typename: 'AstraTask', id }]))),
    ...[...new Set(tasks.map((task) => task.source.id))].map((id) => ({ __typename: 'TaskSource', id })),
    ...[...new Set([...ofTasks, ...ofSubtasks])].map((id) => ({ __typename: 'TaskResource', id })),
  ];
  expect(await nodesOf(expected.map(({ id }) => id))).toEqual(expected);
});

test('tasks and resources have names for display that one selection takes without an alias', async () => {
  const resources = (await read('{ tasks(first: 200) { nodes { resources { id name fqdn sourceResourceId } } } }')).tasks.nodes.flatMap(
    (task: Json) => task.resources,
  );
  const picked = [
    resources.find(({ name, fqdn }: Json) => name !== null && fqdn !== null),
    resources.find(({ name, sourceResourceId }: Json) => name === null && sourceResourceId !== ''),
  ];
  const ids = [tasks[0].id, ...picked.map(({ id }) => id)];
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { name } ... on TaskResource { displayName } ... on TaskSource { name } } }';
  expect((await read(query, { ids })).nodes).toEqual([
    { name: expect.any(String) },
    { displayName: picked[0].name },
    { displayName: picked[1].fqdn ?? picked[1].sourceResourceId },
  ]);
});

test('node, task and taskBySourceTaskId give the same task, and task gives nothing else than tasks', async () => {
  const query = `query ($id: ID!, $name: String!, $own: String!) {
    node(id: $id) { ...F } task(id: $id) { ...F } taskBySourceTaskId(sourceName: $name, sourceTaskId: $own) { ...F }
  }
  fragment F on Node { __typename id ... on Task { sourceTaskId source { name } } }`;
  for (const { __typename, id, sourceTaskId, source } of [
    tasks[0],
    tasks.at(-1),
    ...tasks.filter((one) => one.__typename === 'CatalogTask'),
  ]) {
    const expected = { __typename, id, sourceTaskId, source: { name: source.name } };
    expect(id).toBe(`${source.name}:${sourceTaskId}`);
    const data = await read(query, { id, name: source.name, own: sourceTaskId });
    expect(data).toEqual({ node: expected, task: expected, taskBySourceTaskId: expected });
  }
  const data = await read('{ a: task(id: "source:vcf-sfo") { id } b: task(id: "resource:vcf-sfo:x") { id } }');
  expect(data).toEqual({ a: null, b: null });
});

test('ids that no plane has are null', async () => {
  world.passTime(2_000);
  const uuid = '00000000-0000-4000-8000-00000000dead';
  const ids = [
    `astra-demo:${uuid}`,
    `vcf-sfo:${uuid}`,
    'catalog-demo:NoSuchTaskNoSuchTaskNoSu',
    `resource:vcf-sfo:${uuid}`,
    'source:vcf',
    'vcf-sfo',
    '',
  ];
  expect(await nodesOf(ids)).toEqual(ids.map(() => null));
  for (const id of ids) expect(await read('query ($id: ID!) { task(id: $id) { id } }', { id })).toEqual({ task: null });
});

test('nodes keeps order and repeats, and takes up to 200', async () => {
  const [one, other] = [tasks[0].id, tasks[5].id];
  const ids = [other, 'none:x', one, 'source:vcf-lax', other, one];
  expect((await nodesOf(ids)).map((node) => node?.id ?? null)).toEqual([other, null, one, 'source:vcf-lax', other, one]);
  expect(await nodesOf([])).toEqual([]);
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const most = Array.from({ length: 200 }, () => one);
  expect((await read(query, { ids: most })).nodes).toHaveLength(200);
  const { errors } = await world.graphql(query, { ids: [...most, one] });
  expect(errors).toEqual([expect.objectContaining({ path: ['nodes'], extensions: { code: 'BAD_USER_INPUT' } })]);
});

test('taskSources and taskSource return what is configured, in its order', async () => {
  const fields =
    '__typename id name kind displayName capabilities { list retry cancel subtasks progress } health { status circuit problem { kind } }';
  const { taskSources } = await read(`{ taskSources { ${fields} } }`);
  expect(taskSources.map((source: Json) => [source.id, source.kind])).toEqual([
    ['source:catalog-demo', 'CATALOG'],
    ['source:astra-demo', 'ASTRA'],
    ['source:vcf-sfo', 'VCF'],
    ['source:vcf-lax', 'VCF'],
  ]);
  expect(taskSources[0].capabilities).toEqual({ list: false, retry: false, cancel: false, subtasks: false, progress: false });
  expect(taskSources[3]).toMatchObject({
    displayName: 'vcf-lax',
    capabilities: { list: true, retry: true, cancel: true, subtasks: true, progress: true },
  });
  for (const source of taskSources) {
    expect(source.health).toEqual({ status: 'UP', circuit: 'CLOSED', problem: null });
    const query = `query ($name: String!, $id: ID!) { taskSource(name: $name) { ${fields} } node(id: $id) { ... on TaskSource { ${fields} } } }`;
    expect(await read(query, { name: source.name, id: source.id })).toEqual({ taskSource: source, node: source });
  }
});

test('a resource lists the tasks that worked on it, also those that name it in a subtask only', async () => {
  const query =
    'query ($id: ID!) { node(id: $id) { ... on TaskResource { tasks(first: 200) { totalCount nodes { id } sources { source { name } } } } } }';
  for (const task of tasks.filter((one) => one.resources.length > 0)) {
    const [{ id, source }] = task.resources;
    const { node } = await read(query, { id });
    const expected = tasks.filter(
      (one) => one.resources.some((resource: Json) => resource.id === id) || one.subtasks.nodes.flatMap(resourcesIn).includes(id),
    );
    expect(node.tasks.nodes.map((one: Json) => one.id)).toEqual(expected.map((one) => one.id));
    expect(node.tasks.sources).toEqual([{ source }]);
  }
});

test('a resource takes its name from the newest task that names it, and filters and pages of its tasks work', async () => {
  const plane = world.planes['vcf-lax'];
  const host = (name: string | undefined): Json => [{ resourceId: 'host-9', type: 'ESXI', name }];
  const at = (minutes: number): string => new Date(world.now - minutes * 60_000).toISOString();
  plane.addTask({ creationTimestamp: at(9), resources: host('old'), status: 'FAILED' });
  const newest = plane.addTask({ creationTimestamp: at(1), resources: host(undefined) });
  plane.addTask({ creationTimestamp: at(5), resources: host('newer') });
  world.passTime(2_000);
  const { node } = await read(`{ node(id: "resource:vcf-lax:host-9") { ... on TaskResource {
    name type sourceResourceId first: tasks(first: 1) { totalCount nodes { id } } failed: tasks(filter: { statuses: [FAILED] }) { totalCount countsByStatus { status count } }
    none: tasks(filter: { kinds: [ASTRA] }) { totalCount sources { taskCount } }
  } } }`);
  expect(node).toEqual({
    name: 'newer',
    type: 'ESXI',
    sourceResourceId: 'host-9',
    first: { totalCount: 3, nodes: [{ id: `vcf-lax:${newest}` }] },
    failed: {
      totalCount: 1,
      countsByStatus: [
        { status: 'SUCCEEDED', count: 2 },
        { status: 'FAILED', count: 1 },
      ],
    },
    none: { totalCount: 0, sources: [] },
  });
});
