import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const ids = (from: number, count: number): readonly string[] => Array.from({ length: count }, (_, i) => `catalog-demo:none-${from + i}`);
const query = 'query ($a: [ID!]!, $b: [ID!]!, $c: [ID!]!) { a: nodes(ids: $a) { id } b: nodes(ids: $b) { id } c: nodes(ids: $c) { id } }';

test('one operation may request 400 tasks by id, however it names them, and no more', async () => {
  const most = await world.graphql(query, { a: ids(0, 200), b: ids(200, 200), c: ids(0, 200) });
  expect([most.status, most.errors]).toEqual([200, undefined]);
  expect(world.calls('catalog-demo')).toHaveLength(400);
  world.forgetCalls();
  const more = await world.graphql(query, { a: ids(1_000, 200), b: ids(1_200, 200), c: ids(1_400, 1) });
  expect(more.status).toBe(200);
  expect(more.errors).toMatchObject([{ path: ['c', 0], extensions: { code: 'LIMIT_EXCEEDED' } }]);
  expect(world.calls('catalog-demo').length).toBeLessThanOrEqual(400);
});

test('the list of a source is read once in an operation, however many fields show it', async () => {
  world.forgetCalls();
  const fields = Array.from({ length: 10 }, (_, i) => `a${i}: tasks(maxAgeMs: 0, first: ${i}) { totalCount }`).join(' ');
  expect((await world.graphql(`{ ${fields} }`)).errors).toBeUndefined();
  expect(world.calls('astra-demo')).toHaveLength(1);
});

test.each([
  [2, 3, true],
  [0, 3, false],
])('limits.references is what the configuration says: %i', async (references, count, isRefused) => {
  const own = await World.start({ configuration: { limits: { references } } });
  try {
    const r = Array.from({ length: count }, () => ({ __typename: 'TaskSource', id: 'source:vcf-sfo' }));
    const { errors } = await own.graphql('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', { r });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(isRefused ? ['LIMIT_EXCEEDED'] : undefined);
  } finally {
    await own.close();
  }
});

test.each([
  [3, 200],
  [0, 200],
])('limits.tasksById is what the configuration says: %i', async (tasksById, count) => {
  const own = await World.start({ configuration: { limits: { tasksById } } });
  try {
    const { errors = [], status } = await own.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ids(0, count) });
    expect([status, errors.length > 0]).toEqual([200, tasksById !== 0]);
    expect(own.calls('catalog-demo')).toHaveLength(tasksById === 0 ? count : tasksById);
  } finally {
    await own.close();
  }
});
