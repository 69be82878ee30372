import { setImmediate } from 'node:timers/promises';

import {
  extendSchema,
  getIntrospectionQuery,
  GraphQLInterfaceType,
  type GraphQLSchema,
  GraphQLUnionType,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import 'reflect-metadata';
import { buildSchemaSync } from 'type-graphql';

import { gatewayRights, sourceRights } from '../gateway/access/caller.js';
import { chargeDeclaredFields } from '../gateway/query/response-budget.js';
import { TaskSourceAnswered, TaskSourceStale, TaskSourceUnavailable } from '../model/source-outcome.js';
import { taskSubtaskDescription } from '../model/task.js';
import type { SourceModule } from '../sources/source-module.js';
import { resolveDirectly } from './direct-resolvers.js';
import { MutationResolver } from './mutation-resolver.js';
import { QueryResolver } from './query-resolver.js';
import { SubscriptionResolver } from './subscription-resolver.js';
import {
  FailureGroupResolver,
  LifecycleResolver,
  ResourceResolver,
  TaskChangeResolver,
  TaskResolver,
  TaskSourceResolver,
} from './task-resolvers.js';

/** Builds the whole schema: the types of the gateway, and what each source module adds to them. */
export function buildSchema(modules: readonly SourceModule[]): GraphQLSchema {
  const base = buildSchemaSync({
    resolvers: [
      QueryResolver,
      MutationResolver,
      SubscriptionResolver,
      LifecycleResolver,
      TaskResolver,
      TaskSourceResolver,
      ResourceResolver,
      FailureGroupResolver,
      TaskChangeResolver,
      ...modules.flatMap((module) => module.resolvers),
    ],
    // Types that no field refers to: members of an interface, and those of the source modules.
    orphanedTypes: [TaskSourceAnswered, TaskSourceStale, TaskSourceUnavailable, ...modules.flatMap((module) => module.objectTypes)],
    validate: false,
    // Every subscription has its own event source, but type-graphql requires a pubSub.
    pubSub: { publish: () => undefined, subscribe: () => emitNothing() },
    // The enum of kinds and the union of warnings are extended below.
    skipCheck: true,
  });
  const schema = extendSchema(base, parse(renderExtensions(modules)), { assumeValidSDL: true });
  resolveByTypename(schema);
  resolveDirectly(schema);
  chargeDeclaredFields(schema);
  describeRoots(schema);
  const [error] = validateSchema(schema);
  if (error !== undefined) throw error;
  const undeclared = findRootFieldsWithoutRight(schema);
  if (undeclared.length > 0) throw new Error(`These root fields declare no right with @Needs: ${undeclared.join(', ')}.`);
  return schema;
}

/** The additions of the source modules to the enum of kinds and to the unions, as SDL. */
function renderExtensions(modules: readonly SourceModule[]): string {
  const kinds = modules.map(({ kind, description }) => `${JSON.stringify(description)} ${kind.toUpperCase()}`);
  return [
    `extend enum TaskSourceKind { ${kinds.join(' ')} }`,
    extendUnion(
      'TaskWarning',
      modules.flatMap((module) => module.warningTypes),
    ),
    // No field has this type: the fields have its interface, and clients have fragments on the union.
    `${JSON.stringify(taskSubtaskDescription)} union TaskSubtask = ${modules.flatMap((module) => module.subtaskTypes).join(' | ')}`,
  ].join('\n');
}

function extendUnion(name: string, members: readonly string[]): string {
  return members.length === 0 ? '' : `extend union ${name} = ${members.join(' | ')}`;
}

/** Every value of an abstract type has a `__typename`; the resolver of type-graphql would create a promise for each value. */
function resolveByTypename(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLInterfaceType || type instanceof GraphQLUnionType) {
      type.resolveType = (value: { readonly __typename: string }): string => value.__typename;
    }
  }
}

/** type-graphql offers no way to describe the root types. */
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

async function* emitNothing(): AsyncGenerator<never> {
  // No events.
}

const rights: ReadonlySet<unknown> = new Set([...sourceRights, ...gatewayRights]);

/** The root fields that declare no right with `@Needs`, as `Type.field`; a schema with any cannot be built. */
export function findRootFieldsWithoutRight(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ extensions }) => !rights.has(extensions['right']))
      .map(({ name }) => `${root?.name}.${name}`),
  );
}

/** As many as V8 needs to optimise the functions in which validation spends its time. */
const rounds = 10;

/**
 * Validates a few documents after the start, one by one between requests. Without that, the first large document of a client takes three
 * times as long as the next, and delays all callers.
 */
export async function warmUpValidation(schema: GraphQLSchema): Promise<void> {
  const repeated = parse(`{ ${'__schema { queryType { name } } '.repeat(60)} }`, { noLocation: true });
  const usual = parse(getIntrospectionQuery(), { noLocation: true });
  for (let round = 0; round < rounds; round += 1) {
    for (const document of [repeated, usual]) {
      await setImmediate();
      validate(schema, document);
    }
  }
}
