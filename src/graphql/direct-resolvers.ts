import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { type ClassType, getMetadataStorage } from 'type-graphql';

import type { OperationContext } from '../gateway/operation-context.js';

type Resolver = GraphQLFieldResolver<unknown, OperationContext>;

/** What type-graphql knows of a method that resolves a field. */
type Handler = Pick<ReturnType<typeof getMetadataStorage>['queries'][number], 'target' | 'methodName' | 'params'> & {
  /** `internal`: it is a method of the object itself. */
  readonly kind?: 'internal' | 'external';
};
type Parameter = NonNullable<Handler['params']>[number];

/**
 * Replaces the resolvers of type-graphql by ones that do the same with less: its own sort the parameters of a method for each call, and
 * copy the arguments to an instance of their class, although no such class has methods.
 *
 * - Fields without a method of a resolver class get none: graphql-js reads the property of their name by itself, and other executors see
 *   that there is nothing to call.
 * - Of Query and of objects, the methods are called with the values themselves.
 */
export function resolveDirectly(schema: GraphQLSchema): void {
  const query = schema.getQueryType();
  const others = [query, schema.getMutationType(), schema.getSubscriptionType()];
  const { queries } = getMetadataStorage();
  const handlers = listFieldHandlers();
  for (const type of Object.values(schema.getTypeMap())) {
    // Those of introspection belong to graphql-js.
    if (!isObjectType(type) || isIntrospectionType(type) || (type !== query && others.includes(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const handler = type === query ? queries.find(({ schemaName }) => schemaName === field.name) : findHandler(handlers, type, field);
      const direct = handler === undefined ? null : createDirectResolver(handler);
      if (direct !== null) field.resolve = direct;
      else if (handler === undefined && type !== query) delete field.resolve;
    }
  }
}

/** Methods that resolve fields, by `Type.field`. */
function listFieldHandlers(): ReadonlyMap<string, Handler> {
  const { fieldResolvers, objectTypes, interfaceTypes } = getMetadataStorage();
  return new Map(
    fieldResolvers.map((handler) => {
      const target = handler.getObjectType?.();
      const name = [...objectTypes, ...interfaceTypes].find((type) => type.target === target)?.name;
      return [`${name}.${handler.schemaName}`, handler];
    }),
  );
}

/** That of the type, or of one of its interfaces. */
function findHandler(
  handlers: ReadonlyMap<string, Handler>,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, OperationContext>,
): Handler | undefined {
  return [type, ...type.getInterfaces()].map(({ name }) => handlers.get(`${name}.${field.name}`)).find((handler) => handler !== undefined);
}

/** Null where type-graphql does more than to call a method with values as they are. */
function createDirectResolver({ kind, target, methodName, params = [] }: Handler): Resolver | null {
  if (kind === 'internal') return null;
  const instance: Record<string, unknown> = new (target as ClassType<Record<string, unknown>>)();
  const method = instance[methodName];
  const readers = params.toSorted((one, other) => one.index - other.index).map(createReader);
  if (typeof method !== 'function' || readers.includes(null)) return null;
  const reads = readers.filter((reader) => reader !== null);
  return (source, args, context, info): unknown =>
    method.apply(
      instance,
      reads.map((read) => read(source, args, context, info)),
    );
}

/** How a parameter is read; null: type-graphql does more for it. */
function createReader(parameter: Parameter): Resolver | null {
  if (parameter.kind === 'args') return (_source, args) => args;
  if (parameter.kind === 'info') return (_source, _args, _context, info) => info;
  if (parameter.kind === 'context' && parameter.propertyName === undefined) return (_source, _args, context) => context;
  if (parameter.kind === 'root' && parameter.propertyName === undefined && parameter.getType === undefined) return (source) => source;
  return null;
}
