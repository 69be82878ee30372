import { type GraphQLSchema, isInterfaceType } from 'graphql';

/** Types with an id that other subgraphs may refer to, and the object types that a reference to each may lead to. */
export type EntityTypes = ReadonlyMap<string, ReadonlySet<string>>;

/** The tasks of every source module, the interface that stands for them all, sources and resources. */
export function entityTypesOf(schema: GraphQLSchema): EntityTypes {
  const task = schema.getType('Task');
  if (!isInterfaceType(task)) throw new Error('The schema has no interface Task.');
  const taskTypes = schema.getPossibleTypes(task).map(({ name }) => name);
  return new Map([
    [task.name, new Set(taskTypes)],
    ...[...taskTypes, 'TaskSource', 'TaskResource'].map((name) => [name, new Set([name])] as const),
  ]);
}
