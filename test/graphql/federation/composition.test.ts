import { readFileSync } from 'node:fs';

import { composeServices as composeByApollo } from '@apollo/composition';
import { expect, test } from '@jest/globals';
import { composeServices as composeByGuild, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, buildSchema as buildFromText, type GraphQLSchema, parse } from 'graphql';

import { printPlainSubgraph, printSubgraph } from '../../../src/cli/schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { findSchemaDifferences } from '../../contract/schema-differences.js';
import { composeSubgraphs, type Subgraph, readSubgraphs } from './compose.js';

const tributaryOnly = 'schema/supergraph.yaml';
const withExamples = 'schema/examples/supergraph.yaml';
const api = buildFromText(readFileSync('schema/schema.graphql', 'utf8'));

test.each([tributaryOnly, withExamples])(
  'the composition of %s is in the file beside it: after a change of the schema, run "npm run supergraph"',
  (file) => {
    expect(readFileSync(file.replace('.yaml', '.graphql'), 'utf8').trimEnd()).toBe(composeSubgraphs(readSubgraphs(file)).trimEnd());
  },
);

/** The schema that clients of a router see. */
function buildPublicApi(supergraph: string): GraphQLSchema {
  return buildASTSchema(transformSupergraphToPublicSchema(parse(supergraph)));
}

function composeWithApollo(subgraphs: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = composeByApollo([...subgraphs]);
  expect(errors).toBeUndefined();
  return supergraphSdl ?? '';
}

function composeWithGuild(subgraphs: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = composeByGuild([...subgraphs]);
  expect(errors).toBeUndefined();
  return supergraphSdl ?? '';
}

/** The subgraphs of a file, with the SDL of Tributary under the given options. */
function replaceTributary(file: string, options: { readonly node: boolean; readonly scopes: boolean }): readonly Subgraph[] {
  const typeDefs = parse(printSubgraph(sourceModules, options));
  return readSubgraphs(file).map((subgraph) => (subgraph.name === 'tributary' ? { ...subgraph, typeDefs } : subgraph));
}

const composers = { Apollo: composeWithApollo, 'The Guild': composeWithGuild } as const;
const switches = [
  { node: false, scopes: false },
  { node: true, scopes: true },
];
const rows = [tributaryOnly, withExamples].flatMap((file) =>
  (['Apollo', 'The Guild'] as const).flatMap((composer) => switches.map((options) => ({ file, composer, options }))),
);

test.each(rows)('$file composes with $composer, $options, and clients see the whole API', ({ file, composer, options }) => {
  const lost = findSchemaDifferences(api, buildPublicApi(composers[composer](replaceTributary(file, options))));
  expect(lost).toEqual(options.node ? [] : ['Query.node is missing', 'Query.nodes is missing']);
});

test('composers make the same of the plain SDL', () => {
  const options = { node: false, scopes: false };
  const plain = readSubgraphs(tributaryOnly).map((subgraph) => ({
    ...subgraph,
    typeDefs: parse(printPlainSubgraph(sourceModules, options)),
  }));
  for (const compose of Object.values(composers)) expect(compose(plain)).toBe(compose(replaceTributary(tributaryOnly, options)));
});

test('with the examples, every type of task has notes and an owner, and resources have a host', () => {
  const seen = buildPublicApi(readFileSync('schema/examples/supergraph.graphql', 'utf8'));
  const added = findSchemaDifferences(seen, api).filter((line) => /^(\w*Task|TaskResource)\./.test(line));
  expect(added.toSorted()).toEqual([
    'AstraTask.notes is missing',
    'AstraTask.owner is missing',
    'CatalogTask.notes is missing',
    'CatalogTask.owner is missing',
    'Task.notes is missing',
    'Task.owner is missing',
    'TaskResource.host is missing',
    'VcfTask.notes is missing',
    'VcfTask.owner is missing',
  ]);
});

const impossible = [
  {
    what: 'adds a type of task',
    sdl: 'interface Task @key(fields: "id") { id: ID! } type OtherTask implements Task @key(fields: "id") { id: ID! other: String }',
    rejectedBy: ['Apollo', 'The Guild'],
  },
  {
    what: 'adds a type of task to the interface without its key',
    sdl: 'interface Task { id: ID! } type OtherTask implements Task { id: ID! other: String }',
    rejectedBy: ['Apollo', 'The Guild'],
  },
  {
    // The Guild's composer accepts it; Apollo's explains why it cannot work.
    what: 'uses @interfaceObject on Task and defines one of its types',
    sdl: 'type Task @key(fields: "id") @interfaceObject { id: ID! notes: String } type VcfTask @key(fields: "id") { id: ID! owner: String }',
    rejectedBy: ['Apollo'],
  },
];

test.each(impossible)('a subgraph that $what is rejected by $rejectedBy', ({ sdl, rejectedBy }) => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@interfaceObject", "@key"])';
  const other = { name: 'other', url: 'http://127.0.0.1:4109/', typeDefs: parse(`${link} ${sdl} type Query { other: String }`) };
  const subgraphs = [...readSubgraphs(tributaryOnly), other];
  const errors = { Apollo: composeByApollo(subgraphs).errors, 'The Guild': composeByGuild(subgraphs).errors };
  expect(Object.entries(errors).flatMap(([composer, found]) => (found === undefined ? [] : [composer]))).toEqual(rejectedBy);
});
