import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { type PlaneName, World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.graphql('{ tasks { totalCount } }');
});
afterAll(() => world.close());

const sources: readonly PlaneName[] = ['catalog-demo', 'astra-demo', 'vcf-sfo'];
const hostile: readonly string[] = [
  '',
  '.',
  '..',
  '../..',
  '%2e%2e',
  '%2E%2E%2Fv1%2Ftokens',
  'a/b',
  'a\\b',
  '/',
  '//evil.example',
  '?x',
  'x?limit=1',
  '#',
  'x#y',
  'a..b',
  'a%2F..%2Fb',
  'a.b',
  'a~b',
  '@evil',
  'user:pass@evil.example',
  'http://evil.example/',
  '\0',
  'a\0b',
  'a\r\nHost: evil.example',
  ' ',
  '%00',
  '．．',
  '․․',
  'ａ',
  '\u202e',
  '\ud800',
  "x' or '1'='1",
  '{}',
  '__proto__',
  'ü',
  'x'.repeat(10_240),
];

const single = `query ($id: ID!, $name: String!, $own: String!) {
  task(id: $id) { id }
  now: task(id: $id, maxAgeMs: 0) { id }
  node(id: $id) { id }
  nodes(ids: [$id]) { id }
  taskBySourceTaskId(sourceName: $name, sourceTaskId: $own) { id }
}`;

const listed = `query ($id: ID!, $text: String!, $resource: ID!) {
  node(id: $resource) { id }
  byId: tasks(filter: { ids: [$id] }) { totalCount }
  byParent: tasks(filter: { parentIds: [$id] }) { totalCount }
  byResource: tasks(filter: { resourceIds: [$text] }) { totalCount }
}`;

/** Ids that begin like these are issued, nanoids among them, so the catalog and SDDC Manager are asked for them. */
const requestable: ReadonlySet<string> = new Set(['__proto__']);

const all = sources.flatMap((name) => hostile.map((own) => [name, own] as const));
const cases = all.filter(([name, own]) => name === 'astra-demo' || !requestable.has(own));

test.each(cases)('%s has no task with the id %j, and is not asked', async (name, own) => {
  // The cached data is too old to answer from.
  world.passTime(2_000);
  world.forgetCalls();
  const { data, errors } = await world.graphql(single, { id: `${name}:${own}`, name, own });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ task: null, now: null, node: null, nodes: [null], taskBySourceTaskId: null });
  for (const source of sources) expect(world.calls(source)).toEqual([]);
});

test.each(['catalog-demo', 'vcf-sfo'].flatMap((name) => ['__proto__', '-rf', '--help', '_', '-'].map((own) => [name, own] as const)))(
  '%s is asked for the id %j, and does not have it',
  async (name, own) => {
    world.forgetCalls();
    const { data, errors } = await world.graphql(single, { id: `${name}:${own}`, name, own });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ task: null, now: null, node: null, nodes: [null], taskBySourceTaskId: null });
    expect(sources.flatMap((source) => world.calls(source)).some(({ path }) => path.endsWith(`/${own}`))).toBe(true);
  },
);

test.each(all)('%s has nothing in its lists for the id %j', async (name, own) => {
  await world.graphql('{ tasks { totalCount } }');
  world.forgetCalls();
  const id = `${name}:${own}`;
  const { data, errors } = await world.graphql(listed, { id, text: id, resource: `resource:${id}` });
  expect(errors).toBeUndefined();
  const empty = { totalCount: 0 };
  expect(data).toEqual({ node: null, byId: empty, byParent: empty, byResource: empty });
  for (const source of sources) expect(world.calls(source)).toEqual([]);
});

test.each([
  '',
  ':',
  ':x',
  'astra-demo',
  'astra-demo:',
  'source:',
  'source:nowhere',
  'resource:',
  'resource:astra-demo',
  'resource::',
  'nowhere:x',
  '__proto__:x',
  'constructor:name',
  'source:__proto__',
  'vcf-sfo ​:x',
])('the id %j is nothing', async (id) => {
  world.forgetCalls();
  const { data, errors } = await world.graphql('query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }', {
    id,
  });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ task: null, node: null, nodes: [null] });
  for (const source of sources) expect(world.calls(source)).toEqual([]);
});

test.each(['nowhere', '', '..', '__proto__', 'constructor', 'toString'])('the source name %j is none', async (name) => {
  const { data, errors } = await world.graphql(
    'query ($name: String!) { taskSource(name: $name) { id } taskBySourceTaskId(sourceName: $name, sourceTaskId: "x") { id } tasks(filter: { sourceNames: [$name] }) { totalCount sources { taskCount } unknownSources } }',
    { name },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ taskSource: null, taskBySourceTaskId: null, tasks: { totalCount: 0, sources: [], unknownSources: [name] } });
});
