import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isTypeDefinitionNode, Kind, parse } from 'graphql';

import { type Json, post } from '../../support/post.js';
import { World } from '../../support/world.js';
import { composeSubgraphs, readSubgraphs } from './compose.js';
import { listDirectives } from './list-directives.js';

// The checks of Apollo's subgraph compatibility suite, in its order, applied to this schema. Those that need a router (@requires,
// @interfaceObject, entities from another subgraph) also run in through-router.test.ts.

const sdl = readFileSync('schema/subgraph.graphql', 'utf8');
const imports = '["@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires", "@shareable"]';

/** Composes the supergraph of Tributary and another subgraph. */
function composeWith(other: string): string {
  const typeDefs = parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${imports}) ${other}`);
  return composeSubgraphs([...readSubgraphs('schema/supergraph.yaml'), { name: 'other', url: 'http://127.0.0.1:4109/', typeDefs }]);
}

let world: World;
let task: Json;
beforeAll(async () => {
  world = await World.start();
  const { data } = await world.graphql('{ tasks(filter: { kinds: [VCF] }, first: 1) { nodes { __typename id name sourceTaskId } } }');
  [task] = data.tasks.nodes;
});
afterAll(() => world.close());

async function resolveEntity(representation: Json): Promise<Json> {
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on VcfTask { id name } } }';
  const { data, errors } = await world.graphql(query, { r: [representation] });
  return errors?.[0]?.extensions.code ?? data._entities[0];
}

test('_service: returns the SDL in schema/subgraph.graphql', async () => {
  const { data } = await world.graphql('{ _service { sdl } }');
  expect(data._service.sdl.trimEnd()).toBe(sdl.trimEnd());
});

test('@key (single): an entity is found by its id', async () => {
  expect(await resolveEntity({ __typename: 'VcfTask', id: task.id })).toEqual({ id: task.id, name: task.name });
});

test('@key (multi, composite, repeatable): each entity has one key of one field; additional fields are ignored, and other keys are refused', async () => {
  for (const [, all] of listDirectives(sdl))
    expect(all.filter((one) => one.startsWith('@key')).every((one) => one === '@key(fields: "id")')).toBe(true);
  const nested = { source: { name: 'vcf-sfo' }, sourceTaskId: task.sourceTaskId };
  expect(await resolveEntity({ __typename: 'VcfTask', id: task.id, ...nested })).toEqual({ id: task.id, name: task.name });
  expect(await resolveEntity({ __typename: 'VcfTask', ...nested })).toBe('BAD_USER_INPUT');
});

test('@requires: another subgraph can require any field of a task; Tributary itself requires none', () => {
  expect(sdl).not.toMatch(/@(federation__)?requires\(fields: "/);
  expect(
    composeWith('type AstraTask @key(fields: "id") { id: ID! service: String @external quota: Int @requires(fields: "service") }'),
  ).toContain('requires: "service"');
});

test('@provides: another subgraph can provide fields of a task; Tributary itself provides none', () => {
  expect(sdl).not.toMatch(/@(federation__)?provides\(fields: "/);
  const providing =
    'type VcfTask @key(fields: "id") { id: ID! name: String! @external } type Query { last: VcfTask @provides(fields: "name") }';
  expect(composeWith(providing)).toContain('provides: "name"');
});

test('federated tracing (ftv1): not supported; the header has no effect', async () => {
  const query = '{ taskSources { id } }';
  const response = await post(`${world.gateway.origin}/graphql`, { query }, { 'apollo-federation-include-trace': 'ftv1' });
  const length = JSON.stringify({ data: response.data }).length;
  expect([response.status, Number(response.headers['content-length'])]).toEqual([200, length + 1]);
});

test('@link: to Federation 2.9 only', () => {
  expect([...sdl.matchAll(/@link\(url: "([^"]+)"/g)].map(([, url]) => url)).toEqual(['https://specs.apollo.dev/federation/v2.9']);
});

test('@shareable: PageInfo is shared with every subgraph that has Relay connections', () => {
  const pages = 'type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }';
  expect(composeWith(`${pages} type Query { disks: PageInfo }`)).toMatch(
    /type PageInfo\s+@join__type\(graph: OTHER\)\s+@join__type\(graph: TRIBUTARY\)/,
  );
  expect(() => composeWith('type TaskStatusCount { status: String count: Int! } type Query { other: TaskStatusCount }')).toThrow();
});

test('@tag: tags are preserved by composition', () => {
  const supergraph = listDirectives(readFileSync('schema/supergraph.graphql', 'utf8'));
  for (const [place, all] of listDirectives(sdl)) {
    if (all.includes('@tag(name: "public")'))
      expect([place, supergraph.get(place)]).toEqual([place, expect.arrayContaining(['@tag(name: "public")'])]);
  }
});

test('@override: another subgraph can take over a field of one type', () => {
  expect(composeWith('type VcfTask @key(fields: "id") { id: ID! description: String @override(from: "tributary") }')).toContain(
    'override: "tributary"',
  );
});

test('@inaccessible: Tributary does not use it; another subgraph can hide its own fields', () => {
  expect(sdl).not.toMatch(/(?<!directive )@(federation__)?inaccessible\b(?! on)/);
  expect(composeWith('type TaskResource @key(fields: "id") { id: ID! secret: String @inaccessible }')).toMatch(
    /secret: String .*@inaccessible/,
  );
});

test('@composeDirective: Tributary has no directives of its own', () => {
  const own = parse(sdl).definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? [definition.name.value] : [],
  );
  const known = ['link', 'key', 'shareable', 'tag', 'cost', 'listSize'];
  expect(own.filter((name) => !known.includes(name) && !name.startsWith('federation__'))).toEqual([]);
  expect(sdl).not.toMatch(/@(federation__)?composeDirective\(name: "/);
});

test('@interfaceObject: another subgraph can add a field to every task at once', () => {
  const supergraph = parse(composeWith('type Task @key(fields: "id") @interfaceObject { id: ID! cost: Float }'));
  const withCost = supergraph.definitions.filter(
    (definition) =>
      isTypeDefinitionNode(definition) && 'fields' in definition && (definition.fields ?? []).some(({ name }) => name.value === 'cost'),
  );
  expect(withCost.map((definition) => ('name' in definition ? definition.name?.value : '')).toSorted()).toEqual([
    'AstraTask',
    'CatalogTask',
    'Task',
    'VcfTask',
  ]);
});
