import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { buildASTSchema, isInterfaceType, parse } from 'graphql';

import { printSubgraph } from '../../../src/cli/schema.js';
import { buildSchema } from '../../../src/graphql/build-schema.js';
import { buildSubgraph } from '../../../src/graphql/federation/build-subgraph.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { schemaDifferences } from '../../contract/schema-differences.js';
import { World } from '../../support/world.js';
import { listDirectives } from './list-directives.js';

const plain = { node: false, scopes: false };
const sdl = printSubgraph(sourceModules, plain);
const directives = listDirectives(sdl);

function placesOf(directive: string, found = directives): readonly string[] {
  return [...found].flatMap(([place, all]) => (all.some((one) => one.startsWith(directive)) ? [place] : []));
}

test('schema/subgraph.graphql is what the code emits: after a change of the schema, run "npm run schema".', () => {
  expect(readFileSync('schema/subgraph.graphql', 'utf8').trimEnd()).toBe(sdl.trimEnd());
});

test('It is a subgraph of Federation 2.9.', () => {
  expect(sdl).toMatch(/^extend schema @link\(url: "https:\/\/specs\.apollo\.dev\/federation\/v2\.9", import: \[/);
});

test('The interface Task, every type of task, sources and resources are entities; PageInfo may be shared.', () => {
  expect(placesOf('@key(fields: "id")').toSorted()).toEqual(['AstraTask', 'CatalogTask', 'Task', 'TaskResource', 'TaskSource', 'VcfTask']);
  expect(placesOf('@shareable')).toEqual(['PageInfo']);
});

test('Every paged field declares the length of its pages, and mutations that take many ids their cost.', () => {
  const paged = [
    'AstraTask.subtasks',
    'Query.taskFailureGroups',
    'Query.tasks',
    'Task.subtasks',
    'TaskFailureGroup.tasks',
    'TaskResource.tasks',
  ];
  expect(placesOf('@listSize')).toEqual(expect.arrayContaining(paged));
  expect(directives.get('Query.tasks')).toEqual([
    '@listSize(assumedSize: 50, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
  ]);
  expect(listDirectives(printSubgraph(sourceModules, { ...plain, node: true })).get('Query.nodes')).toEqual([
    '@listSize(assumedSize: 200)',
  ]);
  expect(placesOf('@cost(weight: 1000)')).toEqual(['Mutation.cancelTasks', 'Mutation.retryTasks']);
});

test('node and nodes are in it with federation.node alone, and nothing else changes.', () => {
  expect(sdl).not.toMatch(/^ {2}nodes?\(/m);
  const withNode = listDirectives(printSubgraph(sourceModules, { ...plain, node: true }));
  expect([...withNode.keys()].filter((place) => !directives.has(place))).toEqual(['Query.node', 'Query.nodes']);
});

test('Scope directives are in it with federation.scopes alone, on concrete types and root fields only.', () => {
  expect(sdl).not.toMatch(/@authenticated |@requiresScopes\(scopes: \[\[/);
  const text = printSubgraph(sourceModules, { ...plain, scopes: true });
  const found = listDirectives(text);
  const schema = buildASTSchema(parse(text), { assumeValidSDL: true });
  const roots = ['Query', 'Mutation', 'Subscription'].flatMap((root) => [...found.keys()].filter((place) => place.startsWith(`${root}.`)));
  const expected = [...roots, 'AstraTask', 'CatalogTask', 'TaskResource', 'TaskSource', 'VcfTask'].toSorted();
  expect(placesOf('@authenticated', found).toSorted()).toEqual(expected);
  expect(placesOf('@requiresScopes', found).toSorted()).toEqual(expected);
  expect(placesOf('@authenticated', found).filter((place) => isInterfaceType(schema.getType(place)))).toEqual([]);
  const scopeOf = (place: string): string | undefined => found.get(place)?.find((one) => one.startsWith('@requiresScopes'));
  expect(scopeOf('Query.tasks')).toBe('@requiresScopes(scopes: [["tasks:read"]])');
  expect(scopeOf('Mutation.retryVcfCredentialsTask')).toBe('@requiresScopes(scopes: [["tasks:retry"]])');
  expect(scopeOf('Mutation.cancelTasks')).toBe('@requiresScopes(scopes: [["tasks:cancel"]])');
  expect(scopeOf('Mutation.untrackTask')).toBe('@requiresScopes(scopes: [["tasks:track"]])');
});

test('The served schema has all of the API and is a subgraph; node and nodes stay for clients of the gateway itself.', () => {
  const api = buildSchema(sourceModules);
  const served = buildSubgraph(api, plain);
  expect(schemaDifferences(api, served)).toEqual([]);
  expect(Object.keys(served.getQueryType()?.getFields() ?? {})).toEqual(expect.arrayContaining(['_entities', '_service', 'node', 'nodes']));
  expect(schemaDifferences(buildASTSchema(parse(sdl), { assumeValidSDL: true }), served)).toEqual([]);
});

test('_service returns the SDL that is configured, and is refused where introspection is off.', async () => {
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
