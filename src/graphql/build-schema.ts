import 'reflect-metadata';

import { extendSchema, GraphQLInterfaceType, GraphQLUnionType, type GraphQLSchema, parse, validateSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';

import { TaskSourceAnswered } from '../task/source/answered.js';
import type { SourceModule } from '../task/source/source-module.js';
import { TaskSourceStale } from '../task/source/stale.js';
import { TaskSourceUnavailable } from '../task/source/unavailable.js';
import { FailureGroupPageResolver } from './failure-group-page-resolver.js';
import { FailureGroupResolver } from './failure-group-resolver.js';
import { LifecycleResolver } from './lifecycle-resolver.js';
import { MutationResolver } from './mutation-resolver.js';
import { QueryResolver } from './query-resolver.js';
import { ResourceResolver } from './resource-resolver.js';
import { SubscriptionResolver } from './subscription-resolver.js';
import { SubtaskPageResolver } from './subtask-page-resolver.js';
import { TaskPageResolver } from './task-page-resolver.js';
import { TaskResolver } from './task-resolver.js';
import { TaskSourceResolver } from './task-source-resolver.js';
import { undeclaredRootFields } from './undeclared-root-fields.js';

/** The whole schema: our own types, and what each source module adds to them. */
export function buildSchema(modules: readonly SourceModule[]): GraphQLSchema {
  const own = buildSchemaSync({
    resolvers: [
      QueryResolver,
      MutationResolver,
      SubscriptionResolver,
      LifecycleResolver,
      TaskResolver,
      TaskSourceResolver,
      ResourceResolver,
      FailureGroupResolver,
      TaskPageResolver,
      SubtaskPageResolver,
      FailureGroupPageResolver,
      ...modules.flatMap((module) => module.resolvers),
    ],
    // Types that no field names: members of an interface, and what the modules bring.
    orphanedTypes: [TaskSourceAnswered, TaskSourceStale, TaskSourceUnavailable, ...modules.flatMap((module) => module.objectTypes)],
    validate: false,
    // Every subscription brings its own events; type-graphql wants one all the same.
    pubSub: { publish: () => undefined, subscribe: () => neverAnything() },
    // The enum of kinds and the union of subtasks have no members before they are extended below.
    skipCheck: true,
  });
  const schema = extendSchema(own, parse(extensionOf(modules)), { assumeValidSDL: true });
  resolveByTypename(schema);
  describeRoots(schema);
  const [error] = validateSchema(schema);
  if (error !== undefined) throw error;
  const undeclared = undeclaredRootFields(schema);
  if (undeclared.length > 0)
    throw new Error(`These root fields need no right, so nobody can say who may use them: ${undeclared.join(', ')}.`);
  return schema;
}

/** What the modules add to the enum of kinds and to the unions, as SDL. */
function extensionOf(modules: readonly SourceModule[]): string {
  const kinds = modules.map(({ kind, description }) => `${JSON.stringify(description)} ${kind.toUpperCase()}`);
  return [
    `extend enum TaskSourceKind { ${kinds.join(' ')} }`,
    extendUnion(
      'TaskWarning',
      modules.flatMap((module) => module.warningTypes),
    ),
    extendUnion(
      'TaskSubtask',
      modules.flatMap((module) => module.subtaskTypes),
    ),
  ].join('\n');
}

function extendUnion(name: string, members: readonly string[]): string {
  return members.length === 0 ? '' : `extend union ${name} = ${members.join(' | ')}`;
}

/** Every value of an abstract type carries its `__typename`; type-graphql would ask for it in a promise for each value. */
function resolveByTypename(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLInterfaceType || type instanceof GraphQLUnionType) {
      type.resolveType = (value: { readonly __typename: string }): string => value.__typename;
    }
  }
}

/** type-graphql takes no description for the root types. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, subscription] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (query)
    query.description = 'Reads tasks and sources. A field that fails is null, with an error, and the other fields are still answered.';
  if (mutation)
    mutation.description =
      'Acts on tasks, and tracks tasks of control planes that cannot list them. Unless the configuration allows more, an operation has one field.';
  if (subscription)
    subscription.description = 'Delivers changes as they happen, over WebSocket (graphql-transport-ws) or server-sent events.';
}

async function* neverAnything(): AsyncGenerator<never> {
  // No events.
}
