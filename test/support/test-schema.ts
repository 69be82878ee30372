import type { GraphQLSchema } from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { buildSubgraph } from '../../src/graphql/federation/build-subgraph.js';
import type { SubgraphOptions } from '../../src/graphql/federation/subgraph-sdl.js';
import type { SourceModule } from '../../src/sources/source-module.js';

const made = new WeakMap<readonly SourceModule[], Map<string, GraphQLSchema>>();

/** What a gateway of these modules serves: made once for all the gateways of a test file, and not warmed up, which takes longer than most tests. */
export function buildTestSchema(modules: readonly SourceModule[], federation: SubgraphOptions): GraphQLSchema {
  const ofModules = made.get(modules) ?? new Map<string, GraphQLSchema>();
  made.set(modules, ofModules);
  const key = JSON.stringify(federation);
  const schema = ofModules.get(key) ?? buildSubgraph(buildSchema(modules), federation);
  ofModules.set(key, schema);
  return schema;
}
