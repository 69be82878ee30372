import { addResolversToSchema } from '@apollo/subgraph';
import { extendSchema, type GraphQLSchema } from 'graphql';

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
  for (const [name, words] of Object.entries(typeWords)) {
    const type = schema.getType(name);
    if (type) type.description = words;
  }
  for (const [name, { words, right }] of Object.entries(fields)) {
    const field = schema.getQueryType()?.getFields()[name];
    if (field) Object.assign(field, { description: words, extensions: { right } });
  }
}

const typeWords: Readonly<Record<string, string>> = {
  _Any: 'Reference to an entity that a router sends: an object with its __typename and its id.',
  _Entity: 'An object of this subgraph that other subgraphs may refer to by its id.',
  _Service: 'Describes this subgraph to tools that compose a supergraph.',
};

const fields: Readonly<Record<string, { readonly words: string; readonly right: Right | 'introspect' }>> = {
  _entities: {
    words: `The entities behind up to ${maxPageSize} references, in their order, for routers of a supergraph. An entry is null when there is no such entity, or the caller may not read it.`,
    right: 'read',
  },
  _service: {
    words: 'The schema of this subgraph, for tools that compose a supergraph. It requires that introspection is enabled.',
    right: 'introspect',
  },
};
