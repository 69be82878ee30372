import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { buildASTSchema, isInterfaceType, Kind, parse, print } from 'graphql';

import { printPlainSubgraph, printSubgraph } from '../../../src/cli/schema.js';
import { buildSchema } from '../../../src/graphql/build-schema.js';
import { buildSubgraph } from '../../../src/graphql/federation/build-subgraph.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { findSchemaDifferences } from '../../contract/schema-differences.js';
import { World } from '../../support/world.js';
import { listDirectives } from './list-directives.js';

const plain = { node: false, scopes: false };
const sdl = printSubgraph(sourceModules, plain);
const directives = listDirectives(sdl);

function findCoordinates(directive: string, found = directives): readonly string[] {
  return [...found].flatMap(([place, all]) => (all.some((one) => one.startsWith(directive)) ? [place] : []));
}

test('schema/subgraph.graphql equals the emitted SDL: after a change of the schema, run "npm run schema".', () => {
  expect(readFileSync('schema/subgraph.graphql', 'utf8').trimEnd()).toBe(sdl.trimEnd());
});

test('The SDL is that of a subgraph of Federation 2.9.', () => {
  expect(sdl).toMatch(/^extend schema @link\(url: "https:\/\/specs\.apollo\.dev\/federation\/v2\.9", import: \[/);
});

test('The interface Task, every type of task, sources and resources are entities; PageInfo may be shared.', () => {
  expect(findCoordinates('@key(fields: "id")').toSorted()).toEqual([
    'AstraTask',
    'CatalogTask',
    'Task',
    'TaskResource',
    'TaskSource',
    'VcfTask',
  ]);
  expect(findCoordinates('@shareable')).toEqual(['PageInfo']);
});

test('Every paginated field declares its list size, and every bulk mutation its cost.', () => {
  const paged = [
    'AstraTask.subtasks',
    'Query.taskFailureGroups',
    'Query.tasks',
    'Task.subtasks',
    'TaskFailureGroup.tasks',
    'TaskResource.tasks',
  ];
  expect(findCoordinates('@listSize')).toEqual(expect.arrayContaining(paged));
  expect(directives.get('Query.tasks')).toEqual([
    '@listSize(assumedSize: 50, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
  ]);
  expect(listDirectives(printSubgraph(sourceModules, { ...plain, node: true })).get('Query.nodes')).toEqual([
    '@listSize(assumedSize: 200)',
  ]);
  expect(findCoordinates('@cost(weight: 1000)')).toEqual(['Mutation.cancelTasks', 'Mutation.retryTasks']);
});

test('The plain SDL is the same without the definitions of federation.', () => {
  const options = { node: true, scopes: true };
  const text = printPlainSubgraph(sourceModules, options);
  expect(text).not.toMatch(/^directive |_entities|_service|_Any|_Entity|federation__|link__/m);
  const [plainly, printed] = [text, printSubgraph(sourceModules, options)].map((one) => {
    const { definitions } = parse(one);
    const own = definitions.filter((definition) => 'name' in definition && !/^_|__/.test(definition.name?.value ?? ''));
    return own.filter(({ kind }) => kind !== Kind.DIRECTIVE_DEFINITION && kind !== Kind.OBJECT_TYPE_EXTENSION).map(print);
  });
  expect(plainly).toEqual(printed);
});

test('node and nodes are in it only with federation.node, and nothing else changes.', () => {
  expect(sdl).not.toMatch(/^ {2}nodes?\(/m);
  const withNode = listDirectives(printSubgraph(sourceModules, { ...plain, node: true }));
  expect([...withNode.keys()].filter((place) => !directives.has(place))).toEqual(['Query.node', 'Query.nodes']);
});

test('Scope directives are in it only with federation.scopes, on concrete types and root fields.', () => {
  expect(sdl).not.toMatch(/@authenticated |@requiresScopes\(scopes: \[\[/);
  const text = printSubgraph(sourceModules, { ...plain, scopes: true });
  const found = listDirectives(text);
  const schema = buildASTSchema(parse(text), { assumeValidSDL: true });
  const roots = ['Query', 'Mutation', 'Subscription'].flatMap((root) => [...found.keys()].filter((place) => place.startsWith(`${root}.`)));
  const expected = [...roots, 'AstraTask', 'CatalogTask', 'TaskResource', 'TaskSource', 'VcfTask'].toSorted();
  expect(findCoordinates('@authenticated', found).toSorted()).toEqual(expected);
  expect(findCoordinates('@requiresScopes', found).toSorted()).toEqual(expected);
  expect(findCoordinates('@authenticated', found).filter((place) => isInterfaceType(schema.getType(place)))).toEqual([]);
  const findScope = (place: string): string | undefined => found.get(place)?.find((one) => one.startsWith('@requiresScopes'));
  expect(findScope('Query.tasks')).toBe('@requiresScopes(scopes: [["tasks:read"]])');
  expect(findScope('Mutation.retryVcfCredentialsTask')).toBe('@requiresScopes(scopes: [["tasks:retry"]])');
  expect(findScope('Mutation.cancelTasks')).toBe('@requiresScopes(scopes: [["tasks:cancel"]])');
  expect(findScope('Mutation.untrackTask')).toBe('@requiresScopes(scopes: [["tasks:track"]])');
});

test('The served schema has the whole API and the subgraph; node and nodes stay for direct clients of the gateway.', () => {
  const api = buildSchema(sourceModules);
  const served = buildSubgraph(api, plain);
  expect(findSchemaDifferences(api, served)).toEqual([]);
  expect(Object.keys(served.getQueryType()?.getFields() ?? {})).toEqual(expect.arrayContaining(['_entities', '_service', 'node', 'nodes']));
  expect(findSchemaDifferences(buildASTSchema(parse(sdl), { assumeValidSDL: true }), served)).toEqual([]);
});

test('_service returns the configured SDL, and is refused when introspection is off.', async () => {
  const query = '{ _service { sdl } }';
  const world = await World.start({ configuration: { federation: { node: true } } });
  const hidden = await World.start({ configuration: { graphql: { introspection: false } } });
  try {
    expect((await world.graphql(query)).data._service.sdl).toBe(printSubgraph(sourceModules, { node: true, scopes: false }));
    const { data, errors } = await hidden.graphql(query);
    expect([data, errors?.[0]?.extensions]).toEqual([undefined, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
    const fragment = 'query ($no: Boolean = false) { ...F } fragment F on Query { ... on Query { s: _service @skip(if: $no) { sdl } } }';
    expect((await hidden.graphql(fragment)).errors?.[0]?.message).toMatch(/introspection is off/);
    expect((await hidden.graphql('{ _entities(representations: []) { __typename } }')).errors).toBeUndefined();
  } finally {
    await Promise.all([world.close(), hidden.close()]);
  }
});
