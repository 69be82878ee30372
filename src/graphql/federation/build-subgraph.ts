import { addResolversToSchema } from '@apollo/subgraph';
import { extendSchema, type GraphQLSchema, isObjectType } from 'graphql';

import type { Right } from '../../task/caller.js';
import { maxPageSize } from '../../task/read/page/page-arguments.js';
import { createEntitiesResolver } from './entities-resolver.js';
import { entityTypesOf } from './entity-types.js';
import { machinery } from './machinery.js';
import { createReferenceResolver } from './reference-resolver.js';
import type { SubgraphOptions } from './subgraph-options.js';
import { subgraphSdl } from './subgraph-sdl.js';

/** The schema that is served: that of the API, and what makes it a subgraph. Nothing of the API is built anew, so nothing of it is lost. */
export function buildSubgraph(schema: GraphQLSchema, options: SubgraphOptions): GraphQLSchema {
  const entities = entityTypesOf(schema);
  const served = extendSchema(schema, machinery(schema, entities.keys()), { assumeValidSDL: true });
  let sdl: string | null = null;
  const references = [...entities].map(([name, types]) => [name, { __resolveReference: createReferenceResolver(types) }] as const);
  addResolversToSchema(served, {
    ...Object.fromEntries(references),
    Query: {
      // Most processes are never asked for it, and need not make it when they start.
      _service: () => ({ sdl: (sdl ??= subgraphSdl(schema, options)) }),
      _entities: createEntitiesResolver(new Set(entities.keys())),
    },
    _Entity: { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename },
  });
  describe(served);
  return served;
}

/** Explorers show them beside our own. */
function describe(schema: GraphQLSchema): void {
  for (const [name, description] of Object.entries(typeDescriptions)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  for (const [name, { description, right }] of Object.entries(fields)) {
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

const fields: Readonly<Record<string, { readonly description: string; readonly right: Right | 'introspect' }>> = {
  _entities: {
    description: `The entities that up to ${maxPageSize} references stand for, in the order of the references, for routers of a supergraph. An entry is null when there is no such entity, or the caller may not read it.`,
    right: 'read',
  },
  _service: {
    description: 'The schema of this subgraph, for tools that compose a supergraph. It requires that introspection is enabled.',
    right: 'introspect',
  },
};
