import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';

/** A subgraph in the form that composers accept. */
export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: ReturnType<typeof parse>;
}

interface SupergraphFile {
  readonly subgraphs: Readonly<Record<string, { readonly routing_url: string; readonly schema: { readonly file: string } }>>;
}

/** Reads the subgraphs of a supergraph.yaml. */
export function readSubgraphs(file: string): readonly Subgraph[] {
  const { subgraphs }: SupergraphFile = parseYaml(readFileSync(file, 'utf8'));
  return Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => ({
    name,
    url,
    typeDefs: parse(readFileSync(join(dirname(file), schema.file), 'utf8')),
  }));
}

/** Composes the supergraph with The Guild's composer. */
export function composeSubgraphs(subgraphs: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = composeServices([...subgraphs]);
  if (supergraphSdl === undefined) throw new Error((errors ?? []).map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
