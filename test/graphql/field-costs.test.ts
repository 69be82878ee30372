import { expect, test } from '@jest/globals';
import { getNamedType, getNullableType, isInterfaceType, isLeafType, isListType, isObjectType } from 'graphql';

import { readFieldCost } from '../../src/gateway/query/response-budget.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';

const fields = Object.values(buildSchema(sourceModules).getTypeMap())
  .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'))
  .flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : []))
  .map(({ type, field }) => ({ name: `${type.name}.${field.name}`, field, cost: readFieldCost(field) }));

test('every list of objects in the schema declares how it is charged', () => {
  const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)) && !isLeafType(getNamedType(field.type)));
  expect(lists.length).toBeGreaterThan(40);
  expect(lists.filter(({ cost }) => cost?.kind !== 'charged-list' && cost?.kind !== 'inline-list').map(({ name }) => name)).toEqual([]);
});

test('what every task, resource and failure group can be asked for costs what it takes', () => {
  const expensive = fields.filter(({ cost }) => cost !== null && cost.weight > 1).map(({ name, cost }) => `${name} ${cost?.weight}`);
  const ofTask = (type: string): readonly string[] =>
    ['actions 10', 'history 10', 'raw 10', 'subtasks 20', 'subtaskTree 50'].map((cost) => `${type}.${cost}`);
  const tasks = ['Task', 'AstraTask', 'CatalogTask', 'VcfTask'].flatMap(ofTask);
  expect(expensive.toSorted()).toEqual([...tasks, 'TaskFailureGroup.tasks 225', 'TaskResource.tasks 225'].toSorted());
});

test('the lists that can be long charge each item', () => {
  const long = fields.filter(({ cost }) => cost?.kind === 'charged-list').map(({ name }) => name);
  expect(new Set(long.map((name) => name.replace(/^\w*Task\./, 'Task.')))).toEqual(
    new Set([
      'Query.nodes',
      'Task.actions',
      'Task.history',
      'Task.resources',
      'TaskConnection.edges',
      'TaskConnection.nodes',
      'TaskFailureGroupConnection.edges',
      'TaskFailureGroupConnection.nodes',
      'TaskSubtaskConnection.edges',
      'TaskSubtaskConnection.nodes',
      'TaskSubtaskTree.nodes',
      'VcfSubtask.resources',
    ]),
  );
});
