import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import {
  buildSchema as buildFromText,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  separateOperations,
  validate,
} from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import type { Json } from '../support/post.js';
import { World } from '../support/world.js';

const operations = Object.entries(separateOperations(parse(readFileSync('test/contract/queries.graphql', 'utf8'))));
const contract = buildFromText(readFileSync('test/contract/schema.graphql', 'utf8'));
const schema = buildSchema(sourceModules);

const served = operations.filter(([, document]) => findOperation(document).operation !== 'subscription');

test('there are ten operations, of all three kinds', () => {
  expect(operations).toHaveLength(10);
  expect(new Set(operations.map(([, document]) => findOperation(document).operation))).toEqual(
    new Set(['query', 'mutation', 'subscription']),
  );
});

test.each(operations)('%s is valid against the contract', (_, document) => {
  expect(validate(contract, document)).toEqual([]);
});

test.each(served)('%s is valid against the served schema', (_, document) => {
  expect(validate(schema, document)).toEqual([]);
});

let world: World;
let variables: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
beforeAll(async () => {
  world = await World.start();
  const { data } = await world.graphql(`{
    tree: tasks(filter: { kinds: [VCF], statuses: [FAILED] }, first: 20) { nodes { id retry { isAllowed } } }
    running: tasks(filter: { kinds: [VCF], isFinished: false }, first: 20) { nodes { id cancel { isAllowed } resources { id } } }
  }`);
  const running: readonly Json[] = data.running.nodes.filter((task: Json) => task.cancel.isAllowed);
  variables = {
    ConsoleList: { filter: { topLevelOnly: true } },
    TaskTree: { id: data.tree.nodes[0].id },
    Wallboard: { since: '2026-11-20T00:00:00Z' },
    RetryOne: { input: { id: data.tree.nodes.find((task: Json) => task.retry.isAllowed).id } },
    CancelMany: { input: { ids: running.slice(0, 2).map((task) => task.id) } },
    WhatTouched: { ids: running.flatMap((task) => task.resources).map((resource: Json) => resource.id) },
  };
});
afterAll(() => world.close());

const checks: Readonly<Record<string, (data: Json) => void>> = {
  ConsoleList: ({ tasks }) => expect(tasks.nodes).toHaveLength(50),
  TaskTree: ({ task }) => expect(task.subtasks.nodes.length).toBeGreaterThan(0),
  Wallboard: ({ failed, taskFailureGroups, taskSources }) => {
    expect(failed.nodes.length).toBeGreaterThan(0);
    expect(taskFailureGroups.nodes).toHaveLength(5);
    expect(taskSources).toHaveLength(4);
  },
  RetryOne: ({ retryTask }) => expect(retryTask).toMatchObject({ outcome: 'ACCEPTED', errors: [] }),
  CancelMany: ({ cancelTasks }) => expect(cancelTasks.results.map((one: Json) => one.outcome)).toEqual(['ACCEPTED', 'ACCEPTED']),
  WhatTouched: ({ tasks }) => expect(tasks.nodes.length).toBeGreaterThan(0),
  FromAScreen: ({ taskBySourceTaskId }) => expect(taskBySourceTaskId).toMatchObject({ status: 'RUNNING' }),
  Rotations: ({ tasks }) => expect(tasks.nodes[0].credentials.operationType).toBe('ROTATE'),
};

test.each(served)('%s runs against the demo without an error', async (name, document) => {
  const { data, errors } = await world.graphql(print(document), variables[name]);
  expect(errors).toBeUndefined();
  const check = checks[name];
  if (check === undefined) throw new Error(`There is no check for ${name}.`);
  check(data);
});

function findOperation({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation] = definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition] : []));
  if (operation === undefined) throw new Error('The document has no operation.');
  return operation;
}
