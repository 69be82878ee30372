import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { buildSchema } from '../../../src/graphql/build-schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { BareGateway } from '../bare-gateway.js';
import { onlyError } from '../only-error.js';

const schema = buildSchema(sourceModules);
/** Nine tokens, of which a comment is none. */
const nine = '{ a: taskSources { name id } } # a comment';
/** The media types that are asked for, and the status of a bad document under each. */
const mediaTypes = [
  ['application/json', 200],
  ['application/graphql-response+json', 400],
  ['*/*', 200],
] as const;

let gateway: BareGateway;
let unlimited: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(schema, { limits: { tokens: 8 } });
  unlimited = await BareGateway.start(schema, { limits: { tokens: 0, mutationRootFields: 0 } });
});
afterAll(() => Promise.all([gateway.close(), unlimited.close()]));

const byGet = (query: string, accept: string) => ({
  method: 'GET' as const,
  path: `/graphql?${new URLSearchParams({ query }).toString()}`,
  headers: { 'apollo-require-preflight': 'true', accept },
});

describe.each(mediaTypes)('under %s', (accept, status) => {
  test('a document with more tokens than are allowed is refused, whatever comes behind them', async () => {
    for (const query of [nine, '{ taskSources { name } } } } } }', `${nine} "no end`]) {
      for (const response of [await gateway.post({ query }, { accept }), await gateway.send(byGet(query, accept))]) {
        expect(response.status).toBe(status);
        expect(onlyError(response)).toEqual({
          message: 'The document has more tokens than limits.tokens allows.',
          extensions: { code: 'LIMIT_EXCEEDED' },
        });
      }
    }
  });

  test('a mutation with more root fields than are allowed is refused before any of them is executed', async () => {
    const one = await BareGateway.start(schema);
    const response = await one.post(
      { query: 'mutation { a: untrackTask(input: { id: "x:1" }) { __typename } b: untrackTask(input: { id: "x:2" }) { __typename } }' },
      { accept },
    );
    expect(response.status).toBe(status);
    expect(response.json).toEqual({
      errors: [
        { message: 'The mutation has more root fields than limits.mutationRootFields allows.', extensions: { code: 'LIMIT_EXCEEDED' } },
      ],
    });
    await one.close();
  });
});

test('a document with as many tokens as are allowed is answered', async () => {
  const query = '{ taskSources { name id kind } } # a comment';
  expect((await gateway.post({ query })).json).toEqual({ data: { taskSources: [] } });
  expect((await gateway.send(byGet(query, '*/*'))).json).toEqual({ data: { taskSources: [] } });
});

test('a document with a syntax error before the limit is left to the parser', async () => {
  for (const query of ['{ taskSources { na?me } }', '{ taskSources "'])
    expect(onlyError(await gateway.post({ query })).extensions.code).toBe('GRAPHQL_PARSE_FAILED');
});

test('0 is no limit of tokens', async () => {
  const { json } = await unlimited.post({
    query: `{ taskSources { name } tasks(filter: { ids: [${'"x:1" '.repeat(1_200)}] }) { totalCount } }`,
  });
  expect(json).toEqual({ data: { taskSources: [], tasks: { totalCount: 0 } } });
});

const untrack = (id: string): string => `untrackTask(input: { id: "${id}" }) { __typename }`;
const rootFields: readonly (readonly [string, number, string])[] = [
  ['aliases', 2, `mutation { a: ${untrack('x:1')} b: ${untrack('x:2')} }`],
  ['a fragment', 2, `mutation { a: ${untrack('x:1')} ...F } fragment F on Mutation { b: ${untrack('x:2')} }`],
  [
    'fragments in fragments',
    2,
    `mutation { ...F } fragment F on Mutation { ...G b: ${untrack('x:2')} } fragment G on Mutation { a: ${untrack('x:1')} }`,
  ],
  ['an inline fragment', 2, `mutation { a: ${untrack('x:1')} ... on Mutation { b: ${untrack('x:2')} } }`],
  ['the operation that is chosen', 2, `mutation Other { ${untrack('x:1')} } mutation Chosen { a: ${untrack('x:1')} b: ${untrack('x:2')} }`],
  ['__typename beside one', 1, `mutation { __typename ${untrack('x:1')} }`],
  ['one, written twice', 1, `mutation { ...F ...F ${untrack('x:1')} } fragment F on Mutation { ${untrack('x:1')} }`],
  ['one beside another operation', 1, `mutation Other { a: ${untrack('x:1')} b: ${untrack('x:2')} } mutation Chosen { ${untrack('x:1')} }`],
];

test.each(rootFields)('root fields of a mutation are counted: %s', async (_what, count, query) => {
  const operation = { query, ...(query.includes('Chosen') && { operationName: 'Chosen' }) };
  for (const max of [1, 2]) {
    const limited = await BareGateway.start(schema, { limits: { mutationRootFields: max } });
    const { json } = await limited.post(operation);
    const codes = (json.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code);
    expect(codes.includes('LIMIT_EXCEEDED')).toBe(count > max);
    await limited.close();
  }
});

test('0 is no limit of root fields of a mutation', async () => {
  const { json } = await unlimited.post({ query: `mutation { a: ${untrack('x:1')} b: ${untrack('x:2')} c: ${untrack('x:3')} }` });
  expect(JSON.stringify(json)).not.toContain('LIMIT_EXCEEDED');
  expect(Object.keys(json.data)).toEqual(['a', 'b', 'c']);
});

test('a query may have any number of root fields under that limit', async () => {
  const { json } = await unlimited.post({ query: '{ a: taskSources { name } b: taskSources { name } }' });
  expect(json).toEqual({ data: { a: [], b: [] } });
});
