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

test('references are as many as a router sends: equal ones cost no more than one', async () => {
  const ids: readonly string[] = tasks.slice(0, 10).map(({ id }) => id);
  const many = Array.from({ length: 1_000 }, (_, index) => ({ __typename: 'Task', id: ids[index % ids.length] }));
  const { data, errors } = await entities(many);
  expect(errors).toBeUndefined();
  expect(data._entities.map(({ id }: Json) => id)).toEqual(many.map(({ id }) => id));
  expect((await entities([])).data).toEqual({ _entities: [] });
});

test('A2 of 500 different tasks, those that the operation may cost are answered, and each of the others has an error at its path', async () => {
  const unknown = Array.from({ length: 498 }, (_, index) => ({ __typename: 'Task', id: `catalog-demo:none-${index}` }));
  const source = { __typename: 'TaskSource', id: 'source:vcf-lax' };
  world.forgetCalls();
  const { data, errors = [] } = await entities([tasks[0], ...unknown, tasks[1], source, tasks[0]]);
  expect(world.calls('catalog-demo').length).toBeLessThanOrEqual(400);
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    Array.from({ length: 100 }, (_, index) => [['_entities', 400 + index], 'LIMIT_EXCEEDED']),
  );
  // What was read before costs nothing more, and a source is no task.
  expect(data._entities.map((entity: Json) => entity?.id ?? null)).toEqual([
    tasks[0].id,
    ...Array.from({ length: 499 }, () => null),
    source.id,
    tasks[0].id,
  ]);
});

test('merged fetches count as one operation: neither as root fields nor as aliases, and their references add up', async () => {
  const branches = Array.from({ length: 40 }, (_, index) => `b${index}: _entities(representations: $r) { ... on Node { id } }`);
  const merged = `query ($r: [_Any!]!) { ${branches.join(' ')} }`;
  const r = tasks.slice(0, 3);
  const { data, errors } = await world.graphql(merged, { r });
  expect(errors).toBeUndefined();
  expect(Object.values(data)).toEqual(branches.map(() => r.map(({ id }) => ({ id }))));
  const beside = `${branches.join(' ')} ${Array.from({ length: 11 }, (_, index) => `t${index}: taskSources { id }`).join(' ')}`;
  const refused = await world.graphql(`query ($r: [_Any!]!) { ${beside} }`, { r });
  expect(refused.errors).toMatchObject([{ message: expect.stringContaining('rootFields'), extensions: { code: 'LIMIT_EXCEEDED' } }]);
  const below = Array.from({ length: 21 }, (_, index) => `t${index}: id`).join(' ');
  const aliases = await world.graphql(`query ($r: [_Any!]!) { _entities(representations: $r) { ... on Task { ${below} } } }`, { r });
  expect(aliases.errors).toMatchObject([{ message: expect.stringContaining('aliases'), extensions: { code: 'LIMIT_EXCEEDED' } }]);
});

test('A2 an operation with more than 2,000 references, in merged fetches too, is refused', async () => {
  const r = Array.from({ length: 501 }, () => ({ __typename: 'Task', id: tasks[0].id }));
  const branches = Array.from({ length: 4 }, (_, index) => `b${index}: _entities(representations: $r) { ... on Node { id } }`);
  const { data, errors, status } = await world.graphql(`query ($r: [_Any!]!) { ${branches.join(' ')} }`, { r });
  expect([data, status]).toEqual([null, 200]);
  expect(errors).toMatchObject([{ path: ['b3'], extensions: { code: 'LIMIT_EXCEEDED' } }]);
  const tooMany = await entities([...r, ...r, ...r, ...r].map(({ id }) => ({ __typename: 'Task', id: id.slice(0, 8) })));
  expect(tooMany.errors).toMatchObject([{ path: ['_entities'], extensions: { code: 'LIMIT_EXCEEDED' } }]);
  // Ten thousand of them are more than a request may hold.
  const tooLarge = await entities(Array.from({ length: 10_000 }, () => r[0]));
  expect([tooLarge.status, tooLarge.errors?.[0]?.extensions]).toEqual([413, { code: 'LIMIT_EXCEEDED' }]);
});
