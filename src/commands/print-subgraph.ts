import { buildSchema } from '../graphql/build-schema.js';
import { subgraphSdl } from '../graphql/federation/subgraph-sdl.js';
import type { SubgraphOptions } from '../graphql/federation/subgraph-options.js';
import type { SourceModule } from '../task/source/source-module.js';

/** The subgraph SDL, as `_service` gives it under the same options. */
export function printSubgraph(modules: readonly SourceModule[], options: SubgraphOptions): string {
  return subgraphSdl(buildSchema(modules), options);
}
