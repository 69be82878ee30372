import { expect, test } from '@jest/globals';
import { isInterfaceType, isObjectType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { readFieldDependence } from '../../src/model/field-metadata.js';
import { sourceModules } from '../../src/sources/registry.js';

const types = Object.values(buildSchema(sourceModules).getTypeMap());
const fields = types.flatMap((type) =>
  (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')
    ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, dependence: readFieldDependence(field) }))
    : [],
);

/** Fields with a resolver of their own that give the same as long as the tasks do, however often those are read. */
const plainFields = [
  'Query.node',
  'Query.nodes',
  'Query.task',
  'Query.taskBySourceTaskId',
  'Query.taskFailureGroups',
  'Query.taskSource',
  'Query.taskSources',
  'Query.tasks',
  'Task.parent',
  // Of a truncated payload, the read log says that it is not kept.
  'Task.raw',
  'Task.source',
  'Task.subtaskTree',
  'Task.subtasks',
  // Only in events of subscriptions, which are not kept.
  'TaskChange.cursor',
  'TaskFailureGroup.tasks',
  'TaskResource.displayName',
  'TaskResource.source',
  'TaskResource.tasks',
];

test('every field with a resolver of its own declares what it depends on, or is listed as plain', () => {
  const { fieldResolvers, queries } = getMetadataStorage();
  const resolved = [
    ...fieldResolvers
      .filter(({ kind }) => kind === 'external')
      .map(({ getObjectType, methodName }) => `${getObjectType?.().name}.${methodName}`),
    ...queries.map(({ schemaName }) => `Query.${schemaName}`),
  ];
  const declared = new Set(fields.filter(({ dependence }) => dependence !== 'data').map(({ name }) => name));
  expect(resolved.length).toBeGreaterThan(20);
  expect(resolved.filter((name) => !declared.has(name)).toSorted()).toEqual(plainFields.toSorted());
});

test('what depends on a read, or on the moment, is declared for the type and for every type that has its field', () => {
  const list = (wanted: string): ReadonlySet<string> =>
    new Set(
      fields
        .filter(({ dependence }) => dependence === wanted)
        .map(({ name }) => name.replace(/^(?:Astra|Catalog|Vcf)Task\./, 'Task.').replace(/^(?:\w+(?:Subtask\w*|Stage|Part))\./, 'Part.')),
    );
  expect(list('read')).toEqual(
    new Set([
      'Task.observedAt',
      'TaskSourceOutcome.observedAt',
      'TaskSourceAnswered.observedAt',
      'TaskSourceAnswered.latencyMs',
      'TaskSourceStale.observedAt',
      'TaskSourceUnavailable.observedAt',
    ]),
  );
  expect(list('moment')).toEqual(
    new Set([
      'Task.actions',
      'Task.cancel',
      'Task.estimatedFinish',
      'Task.history',
      'Task.retry',
      'TaskSource.health',
      'TaskSourceUnavailable.retryAfterMs',
    ]),
  );
  expect(list('progress')).toEqual(new Set(['Part.durationMs', 'Task.durationMs', 'Task.nextPollAfterMs', 'TaskLifecycle.durationMs']));
});
