import type { GraphQLSchema } from 'graphql';

import { assembledSdl } from './assembled-sdl.js';
import { subgraphDocument } from './subgraph-document.js';
import type { SubgraphOptions } from './subgraph-options.js';

/** What `_service` gives and composers take: the whole schema with its federation directives and their definitions. */
export function subgraphSdl(schema: GraphQLSchema, options: SubgraphOptions): string {
  return assembledSdl(subgraphDocument(schema, options));
}
