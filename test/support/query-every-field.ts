import { expect } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { everyField } from './every-field.js';
import type { TestGateway } from './test-gateway.js';
import type { Json } from './post.js';

const schema = buildSchema(sourceModules);
const lists = `{
  tasks(first: 200, maxAgeMs: 0) ${everyField(schema, 'TaskConnection')}
  taskFailureGroups(first: 200) ${everyField(schema, 'TaskFailureGroupConnection')}
}`;
const single = `query ($id: ID!) { task(id: $id, maxAgeMs: 0) ${everyField(schema, 'Task')} }`;

/** What a list of every field says: tasks by source, and outcomes by source. */
export interface EveryFieldAnswer {
  readonly tasks: readonly Json[];
  tasksOf(sourceName: string): readonly Json[];
  outcomeOf(sourceName: string): Json;
}

/**
 * Asks for all tasks with every field there is, and for the failure groups. Whatever the planes sent, nothing is
 * amiss: no error, nothing in the log, one outcome for each source, counts that fit.
 */
export async function queryEveryField(gateway: TestGateway, sourceNames: readonly string[]): Promise<EveryFieldAnswer> {
  const { data, errors } = await gateway.graphql(lists);
  expect({ errors, log: gateway.log.splice(0) }).toEqual({ errors: undefined, log: [] });
  for (const { sources } of [data.tasks, data.taskFailureGroups]) {
    expect(sources.map((outcome: Json) => outcome.source.name)).toEqual(sourceNames);
  }
  const tasks: readonly Json[] = data.tasks.nodes;
  const tasksOf = (name: string): readonly Json[] => tasks.filter((task) => task.source.name === name);
  const outcomeOf = (name: string): Json => data.tasks.sources.find((outcome: Json) => outcome.source.name === name);
  expect(data.tasks.totalCount).toBe(tasks.length);
  expect(sourceNames.map((name) => outcomeOf(name).taskCount)).toEqual(sourceNames.map((name) => tasksOf(name).length));
  return { tasks, tasksOf, outcomeOf };
}

/**
 * Asks for one task with every field: the task, null, or the code of the only error that the contract allows here, which
 * fields that ask the plane by themselves may also have.
 */
export async function queryOneTask(gateway: TestGateway, id: string): Promise<Json> {
  const { data, errors = [] } = await gateway.graphql(single, { id });
  expect(gateway.log.splice(0)).toEqual([]);
  for (const error of errors) expect(error.extensions.code).toBe('SOURCE_UNAVAILABLE');
  return data.task ?? errors[0]?.extensions.code ?? null;
}
