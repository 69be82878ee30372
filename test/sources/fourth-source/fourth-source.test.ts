import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema as parseSchema, isEnumType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

import { type DemoPlanes, startDemoPlanes } from '../../../src/cli/demo.js';
import { printSchema } from '../../../src/cli/schema.js';
import { configurationJsonSchema } from '../../../src/config/schema/configuration-schema.js';
import { contractFields, expectTaskContract } from '../task-contract.js';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.js';
import { modules } from './registry.js';

const now = Date.UTC(2026, 10, 21, 8);
const schema = parseSchema(printSchema(modules));

let demo: DemoPlanes;
let gateway: TestGateway;
beforeAll(async () => {
  demo = await startDemoPlanes({ modules, seed: 1, now: () => now });
  gateway = await startTestGateway(parse(demo.configuration).sources, { now: () => now, modules });
});
afterAll(async () => {
  await gateway?.gateway.close();
  await demo?.close();
});

test('The schema has its kind, its task with all fields of a task and one of its own, and its warning.', () => {
  const [kinds, task, own, warnings] = ['TaskSourceKind', 'Task', 'BrewTask', 'TaskWarning'].map((name) => schema.getType(name));
  expect(isEnumType(kinds) && kinds.getValue('BREW')?.description).toBe('Coffee machines.');
  expect(isUnionType(warnings) && warnings.getTypes().map(({ name }) => name)).toContain('BrewWarning');
  const shared = isInterfaceType(task) ? Object.keys(task.getFields()) : [];
  expect(shared.length).toBeGreaterThan(20);
  expect(isObjectType(own) && Object.keys(own.getFields()).sort()).toEqual([...shared, 'beans'].sort());
  expect(isObjectType(own) && own.getInterfaces().map(({ name }) => name)).toEqual(['Node', 'Task', 'TaskLifecycle']);
});

test('Everything of the other three is as it was.', () => {
  const before = readFileSync('schema/schema.graphql', 'utf8');
  const lines = new Set(printSchema(modules).split('\n'));
  const gone = before.split('\n').filter((line) => !lines.has(line));
  expect(gone).toEqual([expect.stringMatching(/^union TaskWarning = /)]);
});

test('The JSON schema of the configuration has its keys, its secret with a file beside it.', () => {
  const text = JSON.stringify(configurationJsonSchema(modules));
  expect(text).toContain('"const":"brew"');
  expect(text).toContain('How the machine is opened.');
  expect(text).toContain(
    'The path of a file with the value of this key, relative to the folder of the configuration. The token on the back of the machine.',
  );
});

test('The demo has one, and its tasks are in the list of all, with their own field.', async () => {
  const query = `{
    tasks(first: 200) { nodes { __typename source { kind } ... on BrewTask { beans } } sources { __typename source { name } taskCount } }
    brews: tasks(filter: { kinds: [BREW] }) { totalCount }
  }`;
  const { data, errors } = await gateway.graphql(query);
  expect(errors).toBeUndefined();
  const brews = data.tasks.nodes.filter((task: { __typename: string }) => task.__typename === 'BrewTask');
  expect(brews.length).toBe(6);
  expect(data.brews.totalCount).toBe(6);
  expect(brews).toContainEqual({ __typename: 'BrewTask', source: { kind: 'BREW' }, beans: 'Arabica' });
  expect(data.tasks.sources.at(-1)).toEqual({ __typename: 'TaskSourceAnswered', source: { name: 'brew-demo' }, taskCount: 6 });
  expect(data.tasks.nodes.length).toBeGreaterThan(50);
});

test('Each of its tasks keeps the contract of every task, and is found by its id.', async () => {
  const { data, errors } = await gateway.graphql(`{ tasks(filter: { kinds: [BREW] }) { nodes { ${contractFields} } } }`);
  expect(errors).toBeUndefined();
  for (const task of data.tasks.nodes) {
    expectTaskContract(task, 'brew-demo', now);
    const one = await gateway.graphql(`query ($id: ID!) { task(id: $id, maxAgeMs: 0) { ${contractFields} } }`, { id: task.id });
    expect(one.data.task).toEqual(task);
  }
});

test('A retry reaches it, and its failures are grouped with those of the others.', async () => {
  const groups = await gateway.graphql('{ taskFailureGroups { nodes { kind message count } } }');
  expect(groups.data.taskFailureGroups.nodes).toContainEqual({ kind: 'BREW', message: 'No water.', count: 1 });
  const mutation =
    'mutation { retryTask(input: { id: "brew-demo:b9" }) { outcome task { status warnings { __typename } } errors { __typename } } }';
  const { data } = await gateway.graphql(mutation);
  expect(data.retryTask).toEqual({
    outcome: 'ACCEPTED',
    task: { status: 'RUNNING', warnings: [{ __typename: 'BrewWarning' }] },
    errors: [],
  });
});
