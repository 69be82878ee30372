/**
 * Composes schema/supergraph.graphql and schema/examples/supergraph.graphql, each from the supergraph.yaml beside it, with The
 * Guild's composer. Composition errors are printed to stderr, and then nothing is written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const file of ['schema/supergraph.yaml', 'schema/examples/supergraph.yaml'].map((path) => join(root, path))) {
  const { subgraphs } = parseYaml(readFileSync(file, 'utf8'));
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => ({
      name,
      url,
      typeDefs: parse(readFileSync(join(dirname(file), schema.file), 'utf8')),
    })),
  );
  if (supergraphSdl === undefined) {
    for (const { message } of errors ?? []) process.stderr.write(`${relative(root, file)}: ${message}\n`);
    process.exitCode = 1;
  } else writeFileSync(join(dirname(file), 'supergraph.graphql'), `${supergraphSdl.trimEnd()}\n`);
}
