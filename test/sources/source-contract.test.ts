import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { type DemoPlanes, startDemoPlanes } from '../../src/cli/demo.js';
import { modules } from './fourth-source/registry.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';
import type { GraphQLAnswer, Json } from '../support/post.js';
import { contractFields, expectTaskContract } from './task-contract.js';

const clock = { now: Date.UTC(2026, 10, 21, 8) };
const now = (): number => clock.now;
const moments = [0, 5_000, 60_000, 600_000];

const sites = modules.flatMap((module) => module.demo.map(({ name }) => ({ kind: module.kind.toUpperCase(), name })));

let demo: DemoPlanes;
let testGateway: TestGateway;
beforeAll(async () => {
  demo = await startDemoPlanes({ modules, seed: 1, now });
  testGateway = await startTestGateway(parse(demo.configuration).sources, { now, modules });
});
afterAll(async () => {
  await testGateway.gateway.close();
  await demo.close();
});

const graphql = (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLAnswer> =>
  testGateway.graphql(query, variables);

async function tasksOf(sourceName: string, fields: string): Promise<Json> {
  const query = `query ($names: [String!]) {
    tasks(first: 200, maxAgeMs: 0, filter: { sourceNames: $names }) {
      totalCount nodes { ${fields} } sources { __typename source { name } }
    }
  }`;
  const { data, errors } = await graphql(query, { names: [sourceName] });
  expect(errors).toBeUndefined();
  return data.tasks;
}

describe.each(sites)('$name keeps the contract of every source', ({ kind, name }) => {
  test('it is shown with its kind, and what it can do', async () => {
    const query = 'query ($name: String!) { taskSource(name: $name) { id name kind displayName capabilities { list retry cancel } } }';
    const { data } = await graphql(query, { name });
    expect(data.taskSource).toMatchObject({ id: `source:${name}`, name, kind, displayName: expect.stringMatching(/\S/) });
  });

  test('each of its tasks keeps the contract of a task, as time passes', async () => {
    const types = new Set<string>();
    for (const ms of moments) {
      clock.now += ms;
      for (const plane of demo.planes) plane.advance(ms);
      const { totalCount, nodes, sources } = await tasksOf(name, contractFields);
      expect(sources).toEqual([{ __typename: 'TaskSourceAnswered', source: { name } }]);
      expect(nodes).toHaveLength(totalCount);
      expect(totalCount).toBeGreaterThan(3);
      for (const task of nodes) {
        expectTaskContract(task, name, now());
        types.add(task.__typename);
      }
    }
    expect(types.size).toBe(1);
  });

  test('each of its tasks is found again by its id, by its id at the plane and as a node, and is the same', async () => {
    const fields =
      'id __typename sourceTaskId name status createdAt finishedAt failures { message } retry { isAllowed } cancel { isAllowed }';
    const { nodes } = await tasksOf(name, fields);
    for (const task of nodes) {
      const query = `query ($id: ID!, $name: String!, $local: String!) {
        task(id: $id, maxAgeMs: 0) { ${fields} }
        bySourceTaskId: taskBySourceTaskId(sourceName: $name, sourceTaskId: $local) { ${fields} }
        node(id: $id) { ... on Task { ${fields} } }
      }`;
      const { data, errors } = await graphql(query, { id: task.id, name, local: task.sourceTaskId });
      expect(errors).toBeUndefined();
      expect(data).toEqual({ task, bySourceTaskId: task, node: task });
    }
  });

  test('a task that it does not have is null, and acting on it sends nothing', async () => {
    const id = `${name}:00000000-0000-4000-8000-000000000000`;
    const { data, errors } = await graphql('query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }', { id });
    expect([data, errors]).toEqual([{ task: null, node: null }, undefined]);
    for (const action of ['retryTask', 'cancelTask']) {
      const mutation = `mutation ($id: ID!) { ${action}(input: { id: $id }) { outcome errors { __typename } } }`;
      const refused = { outcome: 'REJECTED', errors: [{ __typename: 'TaskNotFoundError' }] };
      expect((await graphql(mutation, { id })).data).toEqual({ [action]: refused });
    }
  });
});
