import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { bearer, type Callers } from '../../support/callers.js';
import { type GraphQLAnswer, type Json, post } from '../../support/post.js';
import { World } from '../../support/world.js';

const callers: Callers = {
  all: [{ actions: ['read'], sources: ['*'] }],
  astra: [{ actions: ['read'], sources: ['astra-*'] }],
  composer: [{ actions: ['introspect'], sources: ['none'] }],
};

let world: World;
let tasks: readonly Json[];
beforeAll(async () => {
  world = await World.start({ callers, configuration: { graphql: { introspection: false }, federation: { scopes: true } } });
  const { data } = await ask('all', '{ tasks(first: 200) { nodes { __typename id resources { __typename id } } } }');
  tasks = data.tasks.nodes;
});
afterAll(() => world?.close());

function ask(caller: string, query: string, variables: Json = {}): Promise<GraphQLAnswer> {
  return post(`${world.gateway.origin}/graphql`, { query, variables }, bearer(caller));
}

const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Node { id } } }';

test('a router gets what its caller may read; the rest is null, as if it did not exist', async () => {
  const [astra, vcf] = ['AstraTask', 'VcfTask'].map((type) => tasks.find((task) => task.__typename === type));
  const resource = tasks.filter(({ __typename }) => __typename === 'VcfTask').flatMap((task) => task.resources)[0];
  const r = [
    astra,
    vcf,
    { __typename: 'Task', id: astra.id },
    { __typename: 'Task', id: vcf.id },
    resource,
    { __typename: 'TaskSource', id: 'source:vcf-sfo' },
    { __typename: 'TaskSource', id: 'source:astra-demo' },
  ].map(({ __typename, id }) => ({ __typename, id }));
  const all = await ask('all', query, { r });
  expect(all.data._entities.map(({ id }: Json) => id)).toEqual(r.map(({ id }) => id));
  world.passTime(5_000);
  world.forgetCalls();
  const { data, errors } = await ask('astra', query, { r });
  expect(errors).toBeUndefined();
  expect(data._entities.map((entity: Json) => entity?.id ?? null)).toEqual([
    astra.id,
    null,
    astra.id,
    null,
    null,
    null,
    'source:astra-demo',
  ]);
  expect(world.calls('vcf-sfo')).toEqual([]);
});

test('without a credential there are no entities', async () => {
  const { status, data } = await post(`${world.gateway.origin}/graphql`, { query, variables: { r: [] } });
  expect([status, data]).toEqual([401, undefined]);
});

test('_service is for callers with the right to introspect, with the scopes that are configured', async () => {
  const { data } = await ask('composer', '{ _service { sdl } }');
  expect(data._service.sdl).toContain('@requiresScopes(scopes: [["tasks:read"]])');
  const refused = await ask('all', '{ _service { sdl } }');
  expect([refused.data, refused.errors?.[0]?.extensions]).toEqual([undefined, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
});
