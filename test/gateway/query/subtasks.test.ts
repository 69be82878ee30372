import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

async function read(query: string, variables: Json = {}): Promise<Json> {
  world.passTime(2_000);
  const { data, errors } = await world.graphql(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

const nameAndStatus = '... on TaskLifecycle { name status }';

test('children of an Astra task are tasks, in the order of their hints; 0 is one, none comes last', async () => {
  const plane = world.planes['astra-demo'];
  const parent = plane.addTask({ summary: 'Parent' });
  for (const [summary, orderHint, state] of [
    ['none', undefined, 'running'],
    ['ten', 10, 'completed'],
    ['zero', 0, 'failed'],
    ['two', 2, 'completed'],
  ]) {
    plane.addTask({ summary, orderHint, state, parentTaskID: parent });
  }
  const query = `query ($id: ID!) { task(id: $id) {
    subtasks { totalCount countsByStatus { status count } nodes { __typename ${nameAndStatus} ... on AstraTask { parent { id name } subtasks { totalCount } } } }
    done: subtasks(statuses: [SUCCEEDED], first: 1) { totalCount countsByStatus { status count } nodes { ${nameAndStatus} } pageInfo { hasNextPage endCursor } }
    none: subtasks(statuses: []) { totalCount nodes { __typename } }
    every: subtasks(statuses: null) { totalCount }
  } }`;
  const id = `astra-demo:${parent}`;
  // By id alone, and from a list that was just read.
  for (const prepare of ['{ taskSources { id } }', '{ tasks(maxAgeMs: 0) { totalCount } }']) {
    await read(prepare);
    const { data } = await world.graphql(query, { id });
    const { subtasks, done, none, every } = data.task;
    expect(subtasks.nodes.map((node: Json) => node.name)).toEqual(['zero', 'two', 'ten', 'none']);
    expect(subtasks.nodes[0]).toMatchObject({
      __typename: 'AstraTask',
      status: 'FAILED',
      parent: { id, name: 'Parent' },
      subtasks: { totalCount: 0 },
    });
    const counts = [
      { status: 'RUNNING', count: 1 },
      { status: 'SUCCEEDED', count: 2 },
      { status: 'FAILED', count: 1 },
    ];
    expect(subtasks).toMatchObject({ totalCount: 4, countsByStatus: counts });
    expect(done).toMatchObject({ totalCount: 2, countsByStatus: counts, nodes: [{ name: 'two' }], pageInfo: { hasNextPage: true } });
    expect([none, every]).toEqual([{ totalCount: 0, nodes: [] }, { totalCount: 4 }]);
  }
});

test('pages of subtasks walk children and nested subtasks alike', async () => {
  const parent = world.planes['astra-demo'].addTask();
  for (let n = 0; n < 7; n++)
    world.planes['astra-demo'].addTask({ summary: `child ${n}`, orderHint: n < 4 ? n : undefined, parentTaskID: parent });
  const subTasks = Array.from({ length: 7 }, (_, n) => ({ name: `part ${n}`, status: 'SUCCESSFUL' }));
  const nested = world.planes['vcf-sfo'].addTask({ subTasks });
  for (const id of [`astra-demo:${parent}`, `vcf-sfo:${nested}`]) {
    const all = await read(`query ($id: ID!) { task(id: $id) { subtasks { nodes { ${nameAndStatus} } } } }`, { id });
    const seen: Json[] = [];
    let after: string | null = null;
    for (let page = 0; page < 4; page++) {
      const query = `query ($id: ID!, $after: String) { task(id: $id) { subtasks(first: 2, after: $after) { nodes { ${nameAndStatus} } edges { cursor } pageInfo { endCursor } } } }`;
      const { subtasks }: Json = (await read(query, { id, after })).task;
      expect(subtasks.edges.at(-1).cursor).toBe(subtasks.pageInfo.endCursor);
      seen.push(...subtasks.nodes);
      after = subtasks.pageInfo.endCursor;
    }
    expect(seen).toHaveLength(7);
    expect(seen).toEqual(all.task.subtasks.nodes);
  }
});

test('subtasks of a VCF task are nested with their stages, and their own failures name the way', async () => {
  const error = { errorCode: 'DEEP', message: 'The disk is full.' };
  const stages = [
    { name: 'Check', status: 'Successful' },
    { name: 'Copy', status: 'FAILED', errors: [error] },
  ];
  const inner = { name: 'Inner', status: 'FAILED', stages };
  const id = world.planes['vcf-sfo'].addTask({
    status: 'FAILED',
    subTasks: [
      { name: 'First', status: 'SUCCESSFUL' },
      { name: 'Outer', status: 'FAILED', subTasks: [inner] },
    ],
  });
  const { task } = await read(
    `query ($id: ID!) { task(id: $id) {
      parent { id } rootCause { code message subtaskPath } failures { code subtaskPath } progress { percent basis completedSteps totalSteps }
      subtasks { nodes { __typename ... on VcfSubtask { index name status children { index name progress { percent } stages { index name status sourceStatus isFinished isSuccessful } failures { code subtaskPath } } } } }
    } }`,
    { id: `vcf-sfo:${id}` },
  );
  const failure = { code: 'DEEP', subtaskPath: ['Outer', 'Inner', 'Copy'] };
  expect(task.rootCause).toEqual({ ...failure, message: error.message });
  expect(task.failures).toEqual([failure]);
  expect(task.parent).toBeNull();
  expect(task.progress).toEqual({ percent: 100, basis: 'DERIVED_FROM_SUBTASKS', completedSteps: 2, totalSteps: 2 });
  expect(task.subtasks.nodes).toMatchObject([
    { __typename: 'VcfSubtask', index: 0, name: 'First', status: 'SUCCEEDED', children: [] },
    {
      index: 1,
      name: 'Outer',
      children: [
        {
          index: 0,
          name: 'Inner',
          progress: null,
          stages: [
            { index: 0, name: 'Check', status: 'SUCCEEDED', sourceStatus: 'Successful', isFinished: true, isSuccessful: true },
            { index: 1, name: 'Copy', status: 'FAILED', isSuccessful: false },
          ],
          failures: [failure],
        },
      ],
    },
  ]);
});

test('subtasks of a credentials task are of their own type, and no password is anywhere', async () => {
  const id = world.planes['vcf-lax'].addCredentialsTask();
  const { task } = await read(
    `query ($id: ID!) { task(id: $id) { raw operation subtasks { nodes { __typename ... on VcfCredentialsSubtask { resourceName username credentialType entityType status children { name } } } } } }`,
    { id: `vcf-lax:${id}` },
  );
  expect(task.operation).toBe('ROTATE');
  expect(task.subtasks.nodes).toEqual([
    {
      __typename: 'VcfCredentialsSubtask',
      resourceName: 'added-esx01.cloud.example',
      username: 'root',
      credentialType: 'SSH',
      entityType: 'ESXI',
      status: 'FAILED',
      children: [],
    },
  ]);
  expect(Object.keys(task.raw)).toEqual(['task', 'credentialsTask']);
  expect(JSON.stringify(task)).not.toMatch(/canary-(old|new)/);
});

test('the common fields of subtasks need no fragment, and fragments on the union and its members stay valid', async () => {
  const parent = world.planes['astra-demo'].addTask({ summary: 'Parent' });
  const child = world.planes['astra-demo'].addTask({ summary: 'Child', parentTaskID: parent });
  const nested = world.planes['vcf-sfo'].addTask({ subTasks: [{ name: 'Part', status: 'FAILED' }] });
  const credentials = world.planes['vcf-lax'].addCredentialsTask();
  const query = `query ($id: ID!) { task(id: $id) { subtasks { edges { node { name } } nodes {
    __typename id name status ... on TaskSubtask { __typename } ... on AstraTask { sourceTaskId } ... on VcfSubtask { index } } } } }`;
  const subtasks = async (id: string): Promise<Json> => (await read(query, { id })).task.subtasks;
  expect(await subtasks(`astra-demo:${parent}`)).toEqual({
    edges: [{ node: { name: 'Child' } }],
    nodes: [{ __typename: 'AstraTask', id: `astra-demo:${child}`, name: 'Child', status: 'RUNNING', sourceTaskId: child }],
  });
  expect((await subtasks(`vcf-sfo:${nested}`)).nodes).toEqual([
    { __typename: 'VcfSubtask', id: `vcf-sfo:${nested}#0`, name: 'Part', status: 'FAILED', index: 0 },
  ]);
  expect((await subtasks(`vcf-lax:${credentials}`)).nodes).toMatchObject([{ __typename: 'VcfCredentialsSubtask', id: expect.any(String) }]);
});

const treeFields =
  'totalCount isComplete pageInfo { hasNextPage endCursor } nodes { id depth index parentIndex parentId childCount node { __typename name } }';

async function tree(id: string, args = ''): Promise<Json> {
  return (await read(`query ($id: ID!) { task(id: $id) { subtaskTree${args} { ${treeFields} } } }`, { id })).task.subtaskTree;
}

/** A tree as text: the names, indented by their depths. */
const draw = ({ nodes }: Json): readonly string[] => nodes.map(({ depth, node }: Json) => `${'  '.repeat(depth)}${node.name}`);

const stage = (name: string): object => ({ name, status: 'SUCCESSFUL' });

test('one field draws the whole tree of a VCF task: subtasks, stages and their subtasks, with stable ids', async () => {
  const subTasks = [
    {
      name: 'a',
      status: 'SUCCESSFUL',
      stages: [stage('a stage')],
      subTasks: [
        { name: 'aa', status: 'FAILED', stages: [stage('aa stage')] },
        { name: 'ab', status: 'PENDING' },
      ],
    },
    { name: 'b', status: 'PENDING' },
  ];
  const sourceTaskId = world.planes['vcf-sfo'].addTask({ subTasks });
  const id = `vcf-sfo:${sourceTaskId}`;
  const whole = await tree(id);
  expect(draw(whole)).toEqual(['a', '  a stage', '  aa', '    aa stage', '  ab', 'b']);
  expect(whole).toMatchObject({ totalCount: 6, isComplete: true });
  expect(whole.nodes.map((node: Json) => [node.index, node.parentIndex, node.parentId, node.childCount])).toEqual([
    [0, null, null, 3],
    [1, 0, `${id}#0`, 0],
    [2, 0, `${id}#0`, 1],
    [3, 2, `${id}#0.0`, 0],
    [4, 0, `${id}#0`, 0],
    [5, null, null, 0],
  ]);
  const ids: readonly string[] = whole.nodes.map((node: Json) => node.id);
  expect(ids).toEqual(['#0', '#0.s0', '#0.0', '#0.0.s0', '#0.1', '#1'].map((way) => `${id}${way}`));
  // The fields themselves have the same ids, which are those of no task.
  const own = await read(
    `query ($id: ID!) { task(id: $id) { subtasks(first: 1) { nodes { id ... on VcfSubtask { stages { id } children { id stages { id } } } } } } }`,
    { id },
  );
  expect(own.task.subtasks.nodes).toEqual([
    {
      id: ids[0],
      stages: [{ id: ids[1] }],
      children: [
        { id: ids[2], stages: [{ id: ids[3] }] },
        { id: ids[4], stages: [] },
      ],
    },
  ]);
  expect(await read('query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }', { id: ids[2] })).toEqual({ task: null, node: null });
  world.planes['vcf-sfo'].setTask(sourceTaskId, { subTasks: subTasks.map((one) => ({ ...one, status: 'SUCCESSFUL' })) });
  expect((await tree(id)).nodes.map((node: Json) => node.id)).toEqual(ids);
});

test('the tree of an Astra task is that of its children, in the order of their hints, and a circle ends', async () => {
  const plane = world.planes['astra-demo'];
  const parent = plane.addTask({ summary: 'Parent' });
  const second = plane.addTask({ summary: 'second', orderHint: 2, parentTaskID: parent });
  const first = plane.addTask({ summary: 'first', orderHint: 1, parentTaskID: parent });
  const below = plane.addTask({ summary: 'below', parentTaskID: first });
  plane.setTask(parent, { parentTaskID: below });
  const found = await tree(`astra-demo:${parent}`);
  expect(draw(found)).toEqual(['first', '  below', 'second']);
  expect(found.nodes.map((node: Json) => node.id)).toEqual([first, below, second].map((id) => `astra-demo:${id}`));
  expect(found.nodes[1]).toMatchObject({ parentId: `astra-demo:${first}`, childCount: 0, node: { __typename: 'AstraTask' } });
});

test('the tree of a credentials task has its accounts, and that of a catalog task is empty', async () => {
  const credentials = world.planes['vcf-lax'].addCredentialsTask();
  const [account] = (await tree(`vcf-lax:${credentials}`)).nodes;
  expect(account).toMatchObject({ depth: 0, childCount: 0, node: { __typename: 'VcfCredentialsSubtask' } });
  expect(account.id.startsWith(`vcf-lax:${credentials}#`)).toBe(true);
  const { tasks } = await read(`{ tasks(filter: { kinds: [CATALOG] }, first: 1) { nodes { subtaskTree { ${treeFields} } } } }`);
  expect(tasks.nodes[0].subtaskTree).toMatchObject({ totalCount: 0, isComplete: true, nodes: [] });
});

test('pages of a tree are the whole tree, and a tree has a bound', async () => {
  const subTasks = Array.from({ length: 7 }, (_, n) => ({ name: `part ${n}`, status: 'SUCCESSFUL', stages: [stage('x'), stage('y')] }));
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ subTasks })}`;
  const whole = await tree(id);
  const nodes: Json[] = [];
  for (let page = await tree(id, '(first: 5)'); ; page = await tree(id, `(first: 5, after: "${page.pageInfo.endCursor}")`)) {
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(nodes).toEqual(whole.nodes);
  expect(nodes).toHaveLength(21);
  expect(draw(await tree(id, '(last: 2)'))).toEqual(['  x', '  y']);
  const { errors } = await world.graphql('query ($id: ID!) { task(id: $id) { subtaskTree(first: 201) { totalCount } } }', { id });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  const stages = Array.from({ length: 6_000 }, (_, n) => stage(`s${n}`));
  const large = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ subTasks: [{ name: 'large', status: 'SUCCESSFUL', stages }] })}`;
  expect(await tree(large, '(first: 1)')).toMatchObject({ totalCount: 5_000, isComplete: false, nodes: [{ childCount: 6_000 }] });
});

test('a catalog task has no subtasks, no parent and no progress', async () => {
  const { tasks } = await read(
    '{ tasks(filter: { kinds: [CATALOG] }, first: 1) { nodes { parent { id } progress { percent } subtasks { totalCount nodes { __typename } edges { cursor } pageInfo { hasNextPage startCursor } } } } }',
  );
  const subtasks = { totalCount: 0, nodes: [], edges: [], pageInfo: { hasNextPage: false, startCursor: null } };
  expect(tasks.nodes).toEqual([{ parent: null, progress: null, subtasks }]);
});

test('a parent that the plane does not have is null', async () => {
  const id = world.planes['astra-demo'].addTask({ parentTaskID: '00000000-0000-4000-8000-00000000dead' });
  const query = 'query ($id: ID!) { task(id: $id) { parent { id } } tasks(filter: { ids: [$id] }) { nodes { parent { id } } } }';
  expect(await read(query, { id: `astra-demo:${id}` })).toEqual({ task: { parent: null }, tasks: { nodes: [{ parent: null }] } });
  expect(await read('query ($id: ID!) { task(id: $id) { parent { id } } }', { id: `astra-demo:${id}` })).toEqual({
    task: { parent: null },
  });
});
