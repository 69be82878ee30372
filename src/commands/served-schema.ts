import type { GraphQLSchema } from 'graphql';

import { buildSchema } from '../graphql/build-schema.js';
import { buildSubgraph } from '../graphql/federation/build-subgraph.js';
import type { SubgraphOptions } from '../graphql/federation/subgraph-options.js';
import { warmUp } from '../server/limits/warm-up.js';
import type { SourceModule } from '../task/source/source-module.js';

/** What a gateway serves, ready for the first client. */
export function servedSchema(modules: readonly SourceModule[], federation: SubgraphOptions): GraphQLSchema {
  const schema = buildSubgraph(buildSchema(modules), federation);
  warmUp(schema);
  return schema;
}
