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

import type { GatewayRight, Right } from '../../gateway/access/caller.js';
import type { OperationContext } from '../../gateway/operation-context.js';
import { computeItemCost } from '../../gateway/query/response-budget.js';
import { BadUserInputError } from '../../model/errors.js';
import type { Node } from '../../model/global-id.js';
import { isJsonObject } from '../../model/scalars.js';
import { findEntityTypes } from './federation-directives.js';
import { assembleSdl, renderFederationLink, renderSubgraphSdl, type SubgraphOptions } from './subgraph-sdl.js';

/** Extends the schema of the API to the subgraph that is served. The schema is extended and not built again, so nothing of it is lost. */
export function buildSubgraph(schema: GraphQLSchema, options: SubgraphOptions): GraphQLSchema {
  const entities = findEntityTypes(schema);
  const served = extendSchema(schema, buildFederationDefinitions(schema, entities.keys()), { assumeValidSDL: true });
  let sdl: string | null = null;
  const references = [...entities].map(([name, types]) => [name, { __resolveReference: createReferenceResolver(types) }] as const);
  addResolversToSchema(served, {
    ...Object.fromEntries(references),
    Query: {
      // Rendered on the first request: most processes never get one.
      _service: () => ({ sdl: (sdl ??= renderSubgraphSdl(schema, options)) }),
      _entities: createEntitiesResolver(new Set(entities.keys())),
    },
    _Entity: { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename },
  });
  describeFederationFields(served);
  return served;
}

/** Describes the additions of federation, which explorers show beside the fields of the gateway. */
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
  if (representations) representations.description = 'The references to resolve.';
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

const federationFields: Readonly<Record<string, { readonly description: string; readonly right: Right | GatewayRight }>> = {
  _entities: {
    description:
      'The entities that references stand for, in the order of the references, for routers of a supergraph. An entry is null when there is no such entity, or the caller may not read it; and, with an error, when the operation asks for too much.',
    right: 'read',
  },
  _service: {
    description: 'The schema of this subgraph, for tools that compose a supergraph. It requires that introspection is enabled.',
    right: 'introspect',
  },
};

/**
 * Resolves `_entities`: entities by their representations, in their order. Routers send all references of one step of their plan at once,
 * equal ones too, and never split them. So each different task costs as much as one that is requested by its id. A reference that is too
 * expensive, and a value that represents no entity, becomes an error at its position, and the others are still resolved.
 */
function createEntitiesResolver(entityNames: ReadonlySet<string>): GraphQLFieldResolver<unknown, OperationContext> {
  return (_root, args, context, info) => {
    const representations: readonly unknown[] = args['representations'];
    context.nodes.chargeReferences(representations.length);
    const itemCost = computeItemCost(info);
    // An error is a rejection, so that all references are read together whatever becomes of one of them.
    return representations.map(async (value): Promise<unknown> => {
      const { __typename, id } = isJsonObject(value) ? value : {};
      if (typeof __typename !== 'string' || !entityNames.has(__typename) || typeof id !== 'string')
        throw new BadUserInputError('A representation must have the __typename of an entity and its id, a string.');
      context.responseBudget.chargeValues(itemCost);
      // The resolver of @apollo/subgraph fails the whole list for one unknown name, so it gets one representation at a time.
      const [entity] = entitiesResolver({ representations: [{ __typename, id }], context, info });
      return entity;
    });
  };
}

/**
 * Creates `__resolveReference` of one entity type. It reads like `Query.node`, so that the same rights apply and reads are batched. Null
 * when there is no such entity, when the caller may not read it, and when it is of none of these types.
 */
function createReferenceResolver(typeNames: ReadonlySet<string>) {
  return async ({ id }: { readonly id: string }, { nodes }: OperationContext): Promise<Node | null> => {
    const node = await nodes.node(id);
    return node !== null && '__typename' in node && typeNames.has(String(node.__typename)) ? node : null;
  };
}

/** The additions of federation to a schema: the directives and their types, `_Any`, `_Entity`, `_Service` and two fields of Query. */
function buildFederationDefinitions(schema: GraphQLSchema, entityNames: Iterable<string>): DocumentNode {
  // The additions depend on the entities alone, so they are taken from a subgraph of stubs, which is cheap to build.
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
