import type { Command } from 'commander';
import { type GraphQLSchema, lexicographicSortSchema, printSchema as print } from 'graphql';

import { buildSchema } from '../graphql/build-schema.js';
import { buildSubgraph } from '../graphql/federation/build-subgraph.js';
import { renderPlainSubgraphSdl, renderSubgraphSdl, type SubgraphOptions } from '../graphql/federation/subgraph-sdl.js';
import type { SourceModule } from '../sources/source-module.js';
import { addCommand, type CommandContext, CommandError, exitCode, formatExamples, formatExitCodes } from './command.js';

/** `tributary schema`: prints the GraphQL schema. */
export function registerSchema(program: Command, { modules, io }: CommandContext): void {
  addCommand(program, 'schema')
    .description('Prints the schema of the API as SDL. It is the schema of this version and does not depend on the configuration.')
    .option('--subgraph', 'Prints the subgraph SDL instead, with the federation directives, for composition.')
    .option('--node', 'With node and nodes in the subgraph SDL, as federation.node: true.')
    .option(
      '--plain',
      'Without the definitions of federation in the subgraph SDL, for composers that refuse them, as that of GraphQL Mesh.',
    )
    .option('--scopes', 'With scope directives in the subgraph SDL, as federation.scopes: true.')
    .addHelpText(
      'after',
      formatExamples('tributary schema > schema.graphql', 'tributary schema --subgraph > subgraph.graphql') +
        formatExitCodes('The schema was printed.', 'It could not be written.'),
    )
    .action((options: SchemaOptions) => io.out(renderSchema(options, modules)));
}

interface SchemaOptions {
  readonly subgraph?: boolean;
  readonly node?: boolean;
  readonly scopes?: boolean;
  readonly plain?: boolean;
}

function renderSchema(
  { subgraph = false, node = false, scopes = false, plain = false }: SchemaOptions,
  modules: readonly SourceModule[],
): string {
  if (!subgraph && (node || scopes || plain))
    throw new CommandError(exitCode.usage, '--node, --scopes and --plain change the subgraph SDL only: add --subgraph.');
  if (!subgraph) return printSchema(modules);
  return plain ? printPlainSubgraph(modules, { node, scopes }) : printSubgraph(modules, { node, scopes });
}

/** The schema as SDL, sorted by name, so that its order says nothing and differences are small. */
export function printSchema(modules: readonly SourceModule[]): string {
  return print(lexicographicSortSchema(buildSchema(modules)));
}

/** The subgraph SDL, as `_service` returns it for the same options. */
export function printSubgraph(modules: readonly SourceModule[], options: SubgraphOptions): string {
  return renderSubgraphSdl(buildSchema(modules), options);
}

/** The subgraph SDL without the definitions of federation. */
export function printPlainSubgraph(modules: readonly SourceModule[], options: SubgraphOptions): string {
  return renderPlainSubgraphSdl(buildSchema(modules), options);
}

/** The schema that a gateway serves. */
export function buildServedSchema(modules: readonly SourceModule[], federation: SubgraphOptions): GraphQLSchema {
  return buildSubgraph(buildSchema(modules), federation);
}
