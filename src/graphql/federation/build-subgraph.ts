import { addResolversToSchema } from '@apollo/subgraph';
import { extendSchema, type GraphQLSchema } from 'graphql';

import type { Right } from '../../task/caller.js';
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
  _Any: 'A reference to an entity, from a router: its __typename and its id.',
  _Entity: 'What other subgraphs may refer to.',
  _Service: 'This subgraph.',
};

const fields: Readonly<Record<string, { readonly words: string; readonly right: Right | 'introspect' }>> = {
  _entities: {
    words: 'For routers of a supergraph: up to 200 entities by reference, in their order; null when absent or not readable.',
    right: 'read',
  },
  _service: { words: 'For composers of a supergraph: the subgraph SDL, where introspection is on.', right: 'introspect' },
};
