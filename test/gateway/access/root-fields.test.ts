import { expect, test } from '@jest/globals';
import { buildSchema as fromText, GraphQLObjectType } from 'graphql';

import { buildSchema, findRootFieldsWithoutRight } from '../../../src/graphql/build-schema.js';
import { buildSubgraph } from '../../../src/graphql/federation/build-subgraph.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { modules as withBrew } from '../../sources/fourth-source/registry.js';

test.each([
  ['all sources', sourceModules],
  ['a fourth source', withBrew],
])('every root field of the schema of %s that is served declares the right that it needs', (_of, modules) => {
  const schema = buildSubgraph(buildSchema(modules), { node: true, scopes: true });
  expect(findRootFieldsWithoutRight(schema)).toEqual([]);
});

test('a mutation needs the right of its action, and none needs only the right to read', () => {
  const fields = buildSchema(sourceModules).getMutationType()?.getFields() ?? {};
  const rights = Object.fromEntries(Object.values(fields).map(({ name, extensions }) => [name, extensions['right']]));
  expect(rights).toEqual({
    retryTask: 'retry',
    retryTasks: 'retry',
    retryVcfCredentialsTask: 'retry',
    cancelTask: 'cancel',
    cancelTasks: 'cancel',
    trackTask: 'track',
    untrackTask: 'track',
  });
});

test('a root field that declares no right, or one that does not exist, is found', () => {
  const schema = fromText('type Query { open: Int invalid: Int good: Int } type Mutation { open: Int } type Subscription { open: Int }');
  const { invalid, good } = schema.getQueryType()?.getFields() ?? {};
  if (invalid) invalid.extensions = { right: 'everything' };
  if (good) good.extensions = { right: 'read' };
  expect(schema.getQueryType()).toBeInstanceOf(GraphQLObjectType);
  expect(findRootFieldsWithoutRight(schema)).toEqual(['Query.open', 'Query.invalid', 'Mutation.open', 'Subscription.open']);
});
