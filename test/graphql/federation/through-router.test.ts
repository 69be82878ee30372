import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';

import { printSubgraph } from '../../../src/cli/schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import type { GraphQLAnswer, Json } from '../../support/post.js';
import { describeWith } from '../../support/describe-with-tool.js';
import type { World } from '../../support/world.js';
import type { Router } from '../../tools/router.js';
import { testTool } from '../../tools/test-tool.js';
import { composeSubgraphs } from './compose.js';
import { publishedOperations, RoutedWorlds } from './routed-worlds.js';
import { routerCases } from './router-cases.js';

let worlds: RoutedWorlds;
let direct: World;
let routed: World;
let router: Router;

function askBoth(query: string, variables: Json = {}): Promise<GraphQLAnswer> {
  return worlds.askBoth(query, variables);
}

describeWith(testTool('@apollo/gateway'))('Through a router', () => {
  beforeAll(async () => {
    const { startRouter } = await import('../../tools/router.js');
    worlds = await RoutedWorlds.start(startRouter);
    ({ direct, routed, router } = worlds);
  }, 60_000);
  afterAll(() => worlds?.close());

  test.each(publishedOperations)('$file gives the same through a router', async ({ query, variables }) => {
    const { data, errors } = await askBoth(query, variables);
    expect(errors).toBeUndefined();
    expect(data).not.toBeNull();
  });

  test.each(routerCases)('$what: the same through a router', async ({ query, variables = {} }) => {
    await askBoth(query, variables);
  });

  test('what an operation asks for too much is said to the client of the router, with its code', async () => {
    const aliases = Array.from({ length: 21 }, (_, index) => `a${index}: name`).join(' ');
    const { data, errors } = await router.graphql(`{ taskSources { ${aliases} } }`);
    expect(data).toEqual({ taskSources: null });
    expect(errors).toMatchObject([{ message: expect.stringContaining('limits.aliases'), extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  test('a plane that fails costs as much through a router, with the same errors', async () => {
    const { data } = await direct.graphql('{ tasks(filter: { kinds: [ASTRA] }, first: 2) { nodes { id } } }');
    const [id] = data.tasks.nodes.map((task: Json) => task.id);
    for (const world of [direct, routed]) {
      world.planes['astra-demo'].server.fault = () => ({ status: 503 });
      world.advance(600_000);
    }
    try {
      const query =
        'query ($id: ID!) { gone: task(id: $id) { id } tasks(first: 3) { totalCount nodes { id } sources { __typename source { name } problem { kind httpStatus message } } } taskSource(name: "astra-demo") { health { status } } }';
      const { errors } = await askBoth(query, { id });
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['gone'], 'SOURCE_UNAVAILABLE']]);
    } finally {
      for (const world of [direct, routed]) {
        world.planes['astra-demo'].server.fault = null;
        world.passTime(60_000);
      }
    }
  });

  test('other subgraphs add to every task, to one type and to resources, through lists, unions and nodes', async () => {
    const { data: listed } = await routed.graphql(
      `{ tasks(filter: { statuses: [FAILED] }, first: 50) { nodes { __typename id operation } } astra: tasks(filter: { kinds: [ASTRA] }, first: 100) { nodes { id subtasks { nodes { ... on AstraTask { id } } } } } }`,
    );
    const failed: readonly Json[] = listed.tasks.nodes;
    const parent = listed.astra.nodes.find((task: Json) => task.subtasks.nodes.length > 0);
    const child = parent.subtasks.nodes[0].id;
    for (const taskId of [failed[0].id, child])
      await router.graphql('mutation ($taskId: ID!) { writeNote(taskId: $taskId, author: "Ada", text: "seen") { id } }', { taskId });
    const { data, errors } = await router.graphql(
      `query ($parent: ID!, $child: ID!) {
      tasks(filter: { statuses: [FAILED] }, first: 50) { nodes { __typename id operation notes { author text } owner { name } resources { fqdn host { fqdn rack } } } }
      node(id: $child) { id ... on Task { notes { text } } }
      task(id: $parent) { subtasks { nodes { __typename ... on AstraTask { id notes { text } } } } }
    }`,
      { parent: parent.id, child },
    );
    expect(errors).toBeUndefined();
    expect(data.tasks.nodes.map(({ __typename, id }: Json) => ({ __typename, id }))).toEqual(
      failed.map(({ __typename, id }) => ({ __typename, id })),
    );
    expect(data.tasks.nodes.map(({ notes }: Json) => notes)).toEqual(
      failed.map((_, index) => (index === 0 ? [{ author: 'Ada', text: 'seen' }] : [])),
    );
    for (const { operation, owner } of data.tasks.nodes) expect(owner === null).toBe(operation === null);
    const hosts = data.tasks.nodes.flatMap((task: Json) => task.resources).filter(({ host }: Json) => host !== null);
    expect(hosts.length).toBeGreaterThan(0);
    for (const { fqdn, host } of hosts) expect(host).toEqual({ fqdn, rack: expect.stringMatching(/^rack-\d$/) });
    expect(data.node).toEqual({ id: child, notes: [{ text: 'seen' }] });
    expect(data.task.subtasks.nodes).toContainEqual({ __typename: 'AstraTask', id: child, notes: [{ text: 'seen' }] });
  });

  test('from another subgraph, tasks and resources of every plane are found by reference; only one that is gone is null', async () => {
    const { data: listed } = await routed.graphql('{ tasks(first: 200) { nodes { __typename id name resources { id fqdn } } } }');
    const picked = ['VcfTask', 'AstraTask', 'CatalogTask'].map((type) =>
      listed.tasks.nodes.find(({ __typename }: Json) => __typename === type),
    );
    for (const taskId of [...picked.map(({ id }: Json) => id), 'vcf-sfo:00000000-0000-4000-8000-00000000dead'])
      await router.graphql('mutation ($taskId: ID!) { writeNote(taskId: $taskId, author: "Ada", text: "x") { id } }', { taskId });
    const written = await router.graphql(
      '{ tasksWithNotes { __typename id name notes { text } owner { name } ... on VcfTask { resolutionStatus } } }',
    );
    for (const { __typename, id, name } of picked) {
      expect(written.data.tasksWithNotes).toContainEqual(expect.objectContaining({ __typename, id, name }));
    }
    expect(written.data.tasksWithNotes).toContain(null);
    expect(written.errors).toBeUndefined();

    const { id, fqdn } = listed.tasks.nodes.flatMap((task: Json) => task.resources).find((resource: Json) => resource.fqdn !== null);
    const query =
      'query ($fqdn: String!, $id: ID!) { host(fqdn: $fqdn, resourceId: $id) { rack resource { displayName tasks(first: 5) { totalCount nodes { id notes { text } } } } } }';
    const { data, errors } = await router.graphql(query, { fqdn, id });
    expect(errors).toBeUndefined();
    expect(data.host.resource.tasks.totalCount).toBeGreaterThan(0);
  });

  // Where one of these succeeds, the page of the examples names a limit that a new version of the router does not have any more.
  test.each(['Node', 'TaskLifecycle'])(
    '@apollo/gateway cannot plan __typename in a fragment on %s below an @interfaceObject',
    async (type) => {
      const { errors } = await router.graphql(`{ tasksWithNotes { ... on ${type} { __typename } } }`);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
      for (const fragment of ['__typename', '... on Task { __typename }', '... on VcfTask { __typename }'])
        expect((await router.graphql(`{ tasksWithNotes { ${fragment} } }`)).errors).toBeUndefined();
    },
  );

  test('@apollo/gateway cannot plan a field of one @interfaceObject, in a fragment on one type, below a field of another one', async () => {
    const { errors } = await router.graphql('{ tasksWithNotes { ... on VcfTask { owner { name } } } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
    for (const fields of ['owner { name }', '... on VcfTask { notes { text } resolutionStatus }'])
      expect((await router.graphql(`{ tasksWithNotes { ${fields} } }`)).errors).toBeUndefined();
  });

  test('@apollo/gateway does not start with the scopes of Tributary', async () => {
    const { startRouter } = await import('../../tools/router.js');
    const typeDefs = parse(printSubgraph(sourceModules, { node: false, scopes: true }));
    const supergraph = composeSubgraphs([{ name: 'tributary', url: 'http://127.0.0.1:4000/graphql', typeDefs }]);
    await expect(startRouter(supergraph)).rejects.toThrow(/authenticated|requiresScopes/);
  });

  test('a task that is gone, or may not be read, is an id where nothing of Tributary is asked for but its id', async () => {
    const taskId = 'vcf-sfo:00000000-0000-4000-8000-00000000beef';
    await router.graphql('mutation ($taskId: ID!) { writeNote(taskId: $taskId, author: "Ada", text: "x") { id } }', { taskId });
    expect((await router.graphql('{ tasksWithNotes { id notes { text } } }')).data.tasksWithNotes).toContainEqual({
      id: taskId,
      notes: [{ text: 'x' }],
    });
    expect((await router.graphql('{ tasksWithNotes { id name } }')).data.tasksWithNotes.map((task: Json) => task?.id)).not.toContain(
      taskId,
    );
  });

  test('the query of the page of the examples runs', async () => {
    const [, query] = /```graphql\n(.*?)```/s.exec(readFileSync('schema/examples/README.md', 'utf8')) ?? [];
    const { data, errors } = await router.graphql(query ?? '');
    expect(errors).toBeUndefined();
    expect(data.tasks.nodes.length).toBeGreaterThan(10);
    for (const task of data.tasks.nodes) expect(task).toHaveProperty('notes', expect.any(Array));
    expect(data.tasks.nodes.some(({ owner }: Json) => owner?.email !== undefined)).toBe(true);
  });

  test('a subgraph that is down costs its own fields alone', async () => {
    await worlds.stopExample('notes');
    const { data, errors } = await router.graphql('{ tasks(first: 3) { nodes { id name notes { text } } } }');
    expect(data.tasks.nodes).toEqual(Array.from({ length: 3 }, () => ({ id: expect.any(String), name: expect.any(String), notes: null })));
    expect(errors?.length).toBeGreaterThan(0);
  });
});
