import { type GraphQLSchema, lexicographicSortSchema, printSchema as print } from 'graphql';

import { buildSchema, warmUpValidation } from '../graphql/build-schema.js';
import { buildSubgraph } from '../graphql/federation/build-subgraph.js';
import { renderSubgraphSdl, type SubgraphOptions } from '../graphql/federation/subgraph-sdl.js';
import type { SourceModule } from '../sources/source-module.js';
import { CommandError, exitCode } from './command-error.js';

/** Switches of `tributary schema`. */
export interface SchemaOptions {
  readonly subgraph?: boolean;
  readonly node?: boolean;
  readonly scopes?: boolean;
}

export function renderSchema({ subgraph = false, node = false, scopes = false }: SchemaOptions, modules: readonly SourceModule[]): string {
  if (!subgraph && (node || scopes))
    throw new CommandError(exitCode.usage, '--node and --scopes are parts of the subgraph SDL: add --subgraph.');
  return subgraph ? printSubgraph(modules, { node, scopes }) : printSchema(modules);
}

/** The schema as SDL, sorted by name, so that a change of it reads as what it is. */
export function printSchema(modules: readonly SourceModule[]): string {
  return print(lexicographicSortSchema(buildSchema(modules)));
}

/** The subgraph SDL, as `_service` gives it under the same options. */
export function printSubgraph(modules: readonly SourceModule[], options: SubgraphOptions): string {
  return renderSubgraphSdl(buildSchema(modules), options);
}

/** What a gateway serves, ready for the first client. */
export function buildServedSchema(modules: readonly SourceModule[], federation: SubgraphOptions): GraphQLSchema {
  const schema = buildSubgraph(buildSchema(modules), federation);
  warmUpValidation(schema);
  return schema;
}
