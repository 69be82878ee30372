import { addResolversToSchema, entitiesResolver } from '@apollo/subgraph';
import {
  type DocumentNode,
  extendSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
} from 'graphql';

import type { Right } from '../../gateway/access/caller.js';
import type { OperationContext } from '../../gateway/operation-context.js';
import { maxPageSize } from '../../gateway/query/task-connections.js';
import { BadUserInputError } from '../../model/errors.js';
import type { Node } from '../../model/global-id.js';
import { isJsonObject } from '../../model/scalars.js';
import { findEntityTypes } from './federation-directives.js';
import { assembleSdl, renderFederationLink, renderSubgraphSdl, type SubgraphOptions } from './subgraph-sdl.js';

/** The schema that is served: that of the API, and what makes it a subgraph. Nothing of the API is built anew, so nothing of it is lost. */
export function buildSubgraph(schema: GraphQLSchema, options: SubgraphOptions): GraphQLSchema {
  const entities = findEntityTypes(schema);
  const served = extendSchema(schema, buildFederationDefinitions(schema, entities.keys()), { assumeValidSDL: true });
  let sdl: string | null = null;
  const references = [...entities].map(([name, types]) => [name, { __resolveReference: createReferenceResolver(types) }] as const);
  addResolversToSchema(served, {
    ...Object.fromEntries(references),
    Query: {
      // Most processes are never asked for it, and need not make it when they start.
      _service: () => ({ sdl: (sdl ??= renderSubgraphSdl(schema, options)) }),
      _entities: createEntitiesResolver(new Set(entities.keys())),
    },
    _Entity: { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename },
  });
  describeFederationFields(served);
  return served;
}

/** Explorers show them beside our own. */
function describeFederationFields(schema: GraphQLSchema): void {
  for (const [name, description] of Object.entries(typeDescriptions)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  for (const [name, { description, right }] of Object.entries(federationFields)) {
    const field = schema.getQueryType()?.getFields()[name];
    if (field) Object.assign(field, { description, extensions: { right } });
  }
  const representations = schema
    .getQueryType()
    ?.getFields()
    ['_entities']?.args.find(({ name }) => name === 'representations');
  if (representations) representations.description = `The references to resolve, at most ${maxPageSize}.`;
  const service = schema.getType('_Service');
  const sdl = isObjectType(service) ? service.getFields()['sdl'] : undefined;
  if (sdl) sdl.description = 'The schema definition of this subgraph, with the directives of Apollo Federation.';
}

const typeDescriptions: Readonly<Record<string, string>> = {
  _Any: 'Reference to an entity that a router sends: an object with its __typename and its id.',
  _Entity: 'An object of this subgraph that other subgraphs may refer to by its id.',
  _Service: 'Describes this subgraph to tools that compose a supergraph.',
  link__Import: 'Name of an element that a schema imports from a specification, for the directive @link.',
  link__Purpose: 'Why a specification is needed to execute the schema, for the directive @link.',
  federation__FieldSet: 'A selection of fields as text, as the directives of Apollo Federation take it.',
  federation__Scope: 'Name of a scope that a request must have, for the directive @requiresScopes.',
  federation__Policy: 'Name of a policy that a request must meet, for the directive @policy of Apollo Federation.',
  federation__ContextFieldValue: 'A selection from a context as text, for the directive @fromContext of Apollo Federation.',
};

const federationFields: Readonly<Record<string, { readonly description: string; readonly right: Right | 'introspect' }>> = {
  _entities: {
    description: `The entities that up to ${maxPageSize} references stand for, in the order of the references, for routers of a supergraph. An entry is null when there is no such entity, or the caller may not read it.`,
    right: 'read',
  },
  _service: {
    description: 'The schema of this subgraph, for tools that compose a supergraph. It requires that introspection is enabled.',
    right: 'introspect',
  },
};

/**
 * `_entities`: up to 200 entities by their representations, in their order. What is no representation of an entity is an error
 * in its place; its neighbours are there.
 */
export function createEntitiesResolver(entityNames: ReadonlySet<string>): GraphQLFieldResolver<unknown, OperationContext> {
  return (_root, args, context, info) => {
    const representations: readonly unknown[] = args['representations'];
    if (representations.length > maxPageSize)
      throw new BadUserInputError(`representations has at most ${maxPageSize} entries; there were ${representations.length}.`);
    return context.responseBudget.chargeList(representations, info).map((value): unknown => {
      const { __typename, id } = isJsonObject(value) ? value : {};
      // Apollo's own resolver lets a name that it does not know cost the whole list.
      if (typeof __typename !== 'string' || !entityNames.has(__typename) || typeof id !== 'string')
        return new BadUserInputError('A representation has the __typename of an entity and its id, a string.');
      const [entity] = entitiesResolver({ representations: [{ __typename, id }], context, info });
      return entity;
    });
  };
}

/**
 * `__resolveReference` of one entity type: the same as `node`, so that the same rights hold and reads are batched. Null when there
 * is nothing with this id, when it may not be read, and when it is of none of these types: an id does not change its type.
 */
export function createReferenceResolver(typeNames: ReadonlySet<string>) {
  return async ({ id }: { readonly id: string }, { tasks }: OperationContext): Promise<Node | null> => {
    const node = await tasks.node(id);
    return node !== null && '__typename' in node && typeNames.has(String(node.__typename)) ? node : null;
  };
}

/** What federation adds to a schema with these entities: the directives and their types, `_Any`, `_Entity`, `_Service` and two fields of Query. */
export function buildFederationDefinitions(schema: GraphQLSchema, entityNames: Iterable<string>): DocumentNode {
  // A subgraph of the same entities without all else: what Apollo's library adds to it is the same, and costs less to find.
  const objectTypes = [...entityNames].filter((name) => isObjectType(schema.getType(name)));
  const stubs = objectTypes.map((name) => `type ${name} @key(fields: "id") { id: ID! }`);
  const { definitions } = parse(assembleSdl(parse(`${renderFederationLink({ scopes: true })} type Query { stub: ID } ${stubs.join(' ')}`)));
  return {
    kind: Kind.DOCUMENT,
    definitions: definitions.filter(
      (definition) =>
        definition.kind === Kind.DIRECTIVE_DEFINITION ||
        isTypeExtensionNode(definition) ||
        (isTypeDefinitionNode(definition) && schema.getType(definition.name.value) === undefined),
    ),
  };
}
