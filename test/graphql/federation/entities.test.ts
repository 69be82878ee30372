import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
let tasks: readonly Json[];
beforeAll(async () => {
  world = await World.start();
  const { data } = await world.graphql(
    '{ tasks(first: 200) { nodes { __typename id resources { __typename id } source { __typename id } } } }',
  );
  tasks = data.tasks.nodes;
});
afterAll(() => world.close());

const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on Node { id } ... on Task { name status } ... on TaskSource { kind } ... on TaskResource { type } }
}`;

function entities(representations: readonly unknown[]): ReturnType<World['graphql']> {
  return world.graphql(query, { representations });
}

function idOf(typeName: string): string {
  return tasks.find(({ __typename }) => __typename === typeName).id;
}

test('tasks of every plane, sources and resources are found by reference, in the order of the references', async () => {
  const references = ['VcfTask', 'CatalogTask', 'AstraTask'].map((__typename) => ({ __typename, id: idOf(__typename) }));
  const [resource] = tasks.find((task) => task.resources.length > 0).resources;
  const all = [...references, { __typename: 'TaskSource', id: 'source:vcf-lax' }, resource, ...references.toReversed()];
  const { data, errors } = await entities(all);
  expect(errors).toBeUndefined();
  expect(data._entities.map(({ __typename, id }: Json) => ({ __typename, id }))).toEqual(all);
});

test('a reference to the interface is answered with the type that the task has', async () => {
  const { data, errors } = await entities(tasks.slice(0, 100).map(({ id }) => ({ __typename: 'Task', id })));
  expect(errors).toBeUndefined();
  expect(data._entities.map(({ __typename, id }: Json) => ({ __typename, id }))).toEqual(
    tasks.slice(0, 100).map(({ __typename, id }) => ({ __typename, id })),
  );
});

test('an entity is the same as from node', async () => {
  for (const id of [idOf('VcfTask'), 'source:astra-demo', tasks.find((task) => task.resources.length > 0).resources[0].id]) {
    const fields =
      '__typename ... on Task { id name resources { id } subtasks { totalCount } } ... on TaskResource { id tasks { totalCount } } ... on TaskSource { health { status } }';
    const { data } = await world.graphql(`query ($id: ID!) { node(id: $id) { ${fields} } }`, { id });
    const response = await world.graphql(`query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`, {
      r: [{ __typename: data.node.__typename, id }],
    });
    expect(response.data._entities).toEqual([data.node]);
  }
});

test('an id that is unknown, or of another type, is null, and the others are still resolved', async () => {
  const [task] = tasks;
  const other = task.__typename === 'VcfTask' ? 'AstraTask' : 'VcfTask';
  const absent = [
    { __typename: 'VcfTask', id: 'vcf-sfo:00000000-0000-4000-8000-00000000dead' },
    { __typename: 'Task', id: 'nowhere:x' },
    { __typename: 'Task', id: '' },
    { __typename: 'Task', id: '__proto__:x' },
    { __typename: other, id: task.id },
    { __typename: 'TaskSource', id: task.id },
    { __typename: 'TaskResource', id: task.id },
    { __typename: 'Task', id: 'source:vcf-sfo' },
    { __typename: 'Task', id: 'resource:vcf-sfo:x' },
    { __typename: 'VcfTask', id: 'x'.repeat(50_000) },
  ];
  const { data, errors } = await entities([task, ...absent, task]);
  expect(errors).toBeUndefined();
  expect(data._entities.map((entity: Json) => entity?.id ?? null)).toEqual([task.id, ...absent.map(() => null), task.id]);
});

const hostile: readonly unknown[] = [
  {},
  [],
  'VcfTask',
  1,
  { __typename: 'VcfTask' },
  { id: 'vcf-sfo:x' },
  { __typename: 'VcfTask', id: 5 },
  { __typename: 'VcfTask', id: null },
  { __typename: 'VcfTask', id: ['vcf-sfo:x'] },
  { __typename: ['VcfTask'], id: 'vcf-sfo:x' },
  { __typename: 'Nothing', id: 'vcf-sfo:x' },
  { __typename: 'Query', id: 'vcf-sfo:x' },
  { __typename: 'PageInfo', id: 'vcf-sfo:x' },
  { __typename: 'Node', id: 'vcf-sfo:x' },
  { __typename: '_Entity', id: 'vcf-sfo:x' },
  { __typename: '__proto__', id: 'vcf-sfo:x' },
  { __typename: 'constructor', id: 'vcf-sfo:x' },
];

test('a value that is no reference to an entity is an error at its position, which repeats nothing of it', async () => {
  const [task] = tasks;
  world.forgetCalls();
  const { data, errors } = await entities([task, ...hostile, task]);
  expect(data._entities.map((entity: Json) => entity?.id ?? null)).toEqual([task.id, ...hostile.map(() => null), task.id]);
  expect(errors).toEqual(
    hostile.map((_, index) =>
      expect.objectContaining({
        message: 'A representation must have the __typename of an entity and its id, a string.',
        path: ['_entities', index + 1],
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ),
  );
});

test('references written into the document are read as variables are', async () => {
  const literal = `{ _entities(representations: [{ __proto__: { id: "x" }, __typename: "Task" }, { __typename: "Task", id: "${tasks[0].id}", name: "forged" }]) { ... on Task { id name } } }`;
  const { data, errors } = await world.graphql(literal);
  expect(data._entities[0]).toBeNull();
  expect(errors).toEqual([expect.objectContaining({ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } })]);
  expect(data._entities[1]).toMatchObject({ id: tasks[0].id, name: expect.not.stringMatching('forged') });
});

test('up to 200 references are answered, and more are refused as a whole, before any plane is contacted', async () => {
  const reference = { __typename: 'Task', id: tasks[0].id };
  const most = await entities(Array.from({ length: 200 }, () => reference));
  expect(most.data._entities).toHaveLength(200);
  expect((await entities([])).data).toEqual({ _entities: [] });
  world.passTime(5_000);
  world.forgetCalls();
  for (const count of [201, 1_000]) {
    const { data, errors } = await entities(Array.from({ length: count }, () => reference));
    expect(data).toBeNull();
    expect(errors).toEqual([expect.objectContaining({ path: ['_entities'], extensions: { code: 'BAD_USER_INPUT' } })]);
  }
  // Ten thousand of them are more than a request may hold.
  const tooLarge = await entities(Array.from({ length: 10_000 }, () => reference));
  expect([tooLarge.status, tooLarge.errors?.[0]?.extensions]).toEqual([413, { code: 'LIMIT_EXCEEDED' }]);
  for (const name of ['astra-demo', 'vcf-sfo', 'vcf-lax', 'catalog-demo'] as const) expect(world.calls(name)).toEqual([]);
});
