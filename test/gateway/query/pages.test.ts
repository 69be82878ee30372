import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { type Json } from '../../support/post.js';
import { World } from '../../support/world.js';

let world: World;
let all: Json;
beforeAll(async () => {
  world = await World.start();
  all = (await page({ first: 200 })).data.tasks;
});
afterAll(() => world.close());

const query = `query ($filter: TaskFilter, $orderBy: TaskOrder, $first: Int, $after: String, $last: Int, $before: String) {
  tasks(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

function page(variables: Readonly<Record<string, unknown>>): ReturnType<World['graphql']> {
  return world.graphql(query, variables);
}

async function idsOf(variables: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const { data, errors } = await page(variables);
  expect(errors).toBeUndefined();
  expect(data.tasks.totalCount).toBe(all.totalCount);
  expect(data.tasks.edges.map((edge: Json) => edge.node)).toEqual(data.tasks.nodes);
  return data.tasks.nodes.map((node: Json) => node.id);
}

const ids = (): string[] => all.nodes.map((node: Json) => node.id);
const cursor = (at: number): string => all.edges[at].cursor;

test('one page holds everything when everything fits, and says so', () => {
  expect(all.nodes).toHaveLength(all.totalCount);
  expect(all.totalCount).toBeGreaterThan(100);
  const [startCursor, endCursor] = [cursor(0), cursor(all.totalCount - 1)];
  expect(all.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor, endCursor });
});

test('a page has fifty tasks by default; null is the same as absent', async () => {
  expect(await idsOf({})).toEqual(ids().slice(0, 50));
  expect(await idsOf({ first: null, after: null, last: null, before: null, filter: null, orderBy: null })).toEqual(ids().slice(0, 50));
});

test('first, last, after and before slice the same list', async () => {
  expect(await idsOf({ first: 3 })).toEqual(ids().slice(0, 3));
  expect(await idsOf({ last: 3 })).toEqual(ids().slice(-3));
  expect(await idsOf({ first: 3, after: cursor(9) })).toEqual(ids().slice(10, 13));
  expect(await idsOf({ last: 3, before: cursor(9) })).toEqual(ids().slice(6, 9));
  expect(await idsOf({ first: 3, before: cursor(2) })).toEqual(ids().slice(0, 2));
  expect(await idsOf({ last: 3, after: cursor(9) })).toEqual(ids().slice(-3));
  expect(await idsOf({ after: cursor(9), before: cursor(12) })).toEqual(ids().slice(10, 12));
  expect(await idsOf({ after: cursor(12), before: cursor(9) })).toEqual([]);
});

test('an empty page still says whether there are items before and after it', async () => {
  const { data } = await page({ first: 0 });
  expect(data.tasks).toEqual({
    totalCount: all.totalCount,
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
  const beyond = await page({ first: 5, after: cursor(all.totalCount - 1) });
  expect(beyond.data.tasks.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect((await page({ last: 0 })).data.tasks.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('a cursor stays good when its task no longer matches, and for another gateway', async () => {
  const after = cursor(20);
  const other = await World.start();
  try {
    const { data } = await other.graphql(query, { first: 3, after });
    expect(data.tasks.nodes.map((node: Json) => node.id)).toEqual(ids().slice(21, 24));
  } finally {
    await other.close();
  }
  const { data } = await page({ first: 1, after, filter: { not: { ids: [ids()[20]] } } });
  expect(data.tasks.nodes).toEqual([{ id: ids()[21] }]);
});

const byName = { field: 'NAME', direction: 'ASC' };

test.each<readonly [string, () => Readonly<Record<string, unknown>>]>([
  ['first and last at once', () => ({ first: 1, last: 1 })],
  ['first over 200', () => ({ first: 201 })],
  ['last over 200', () => ({ last: 201 })],
  ['a negative first', () => ({ first: -1 })],
  ['a negative last', () => ({ last: -1 })],
  ['a cursor that is none', () => ({ after: 'x' })],
  ['an empty cursor', () => ({ after: '' })],
  ['a cursor of 600 bytes', () => ({ before: 'A'.repeat(600) })],
  ['a cursor of another field', () => ({ after: cursor(0), orderBy: byName })],
  ['a cursor of another direction', () => ({ after: cursor(0), orderBy: { direction: 'ASC' } })],
  ['a cursor with trailing characters', () => ({ after: `${cursor(0)}A` })],
  ['a cursor with padding', () => ({ after: `${cursor(0)}==` })],
  ['a cursor of another version', () => ({ after: Buffer.from('[2,"CREATED_AT","DESC",1,"a:b"]').toString('base64url') })],
  ['a cursor of the wrong shape', () => ({ after: Buffer.from('[1,"CREATED_AT","DESC",{},"a:b"]').toString('base64url') })],
  ['a filter whose not is six deep', () => ({ filter: nested(6) })],
])('%s is BAD_USER_INPUT, and no plane is asked', async (_, variables) => {
  world.passTime(2_000);
  world.forgetCalls();
  const { data, errors, status } = await page(variables());
  expect(status).toBe(200);
  expect(data).toEqual({ tasks: null });
  expect(errors).toEqual([expect.objectContaining({ path: ['tasks'], extensions: { code: 'BAD_USER_INPUT' } })]);
  expect([...world.calls('astra-demo'), ...world.calls('catalog-demo')]).toEqual([]);
});

test('not may be nested five deep', async () => {
  const { data, errors } = await page({ filter: nested(5) });
  expect(errors).toBeUndefined();
  expect(data.tasks.totalCount).toBeGreaterThan(0);
});

test('a page of subtasks, of a group and of a resource keeps the same rules', async () => {
  const { data, errors } = await world.graphql(
    `{
      tasks(first: 1) { nodes {
        a: subtasks(first: 201) { totalCount } b: subtasks(first: 1, last: 1) { totalCount } c: subtasks(after: "x") { totalCount } d: subtasks(first: 0) { totalCount }
      } }
      taskFailureGroups(first: 1) { nodes { a: tasks(first: -1) { totalCount } b: tasks(last: 0) { totalCount } } }
      x: taskFailureGroups(first: 201) { totalCount }
      y: taskFailureGroups(after: "x") { totalCount }
      z: tasks(maxAgeMs: -1) { totalCount }
    }`,
  );
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).toSorted()).toEqual(
    ['taskFailureGroups.nodes.0.a', 'tasks.nodes.0.a', 'tasks.nodes.0.b', 'tasks.nodes.0.c', 'x', 'y', 'z'].map((path) => [
      path,
      'BAD_USER_INPUT',
    ]),
  );
  expect(data.tasks.nodes[0].d.totalCount).toEqual(expect.any(Number));
  expect(data.taskFailureGroups.nodes[0].b.totalCount).toEqual(expect.any(Number));
});

function nested(depth: number): Json {
  return depth === 0 ? { statuses: ['FAILED'] } : { not: nested(depth - 1) };
}
