import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { Target } from './target.js';
import { type AttackRequest, transports } from './transport.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.close());

/** The names of types, fields, arguments and values of the schema, except plain English words and names of every schema. */
function collectNames(schema: GraphQLSchema): ReadonlySet<string> {
  const words = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => name)];
    if (isObjectType(type) || isInterfaceType(type))
      return [type.name, ...Object.values(type.getFields()).flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)])];
    return isInputObjectType(type) ? [type.name, ...Object.keys(type.getFields())] : [];
  });
  return new Set(words.filter((word) => !word.startsWith('__') && /[A-Z_]/.test(word.slice(1))));
}

const schemaNames = collectNames(buildSchema(sourceModules));
const canary = 'canary-7d1f';
const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' ');

/** A mistake is put into the filter or the selection of an otherwise valid operation. */
const operations: Readonly<Record<string, (filter: string, selection: string, variables?: string) => string>> = {
  query: (filter, selection, variables = '') => `query ${variables} { tasks(${filter}) { ${selection} } }`,
  subscription: (filter, selection, variables = '') => `subscription ${variables} { tasksChanged(${filter}) { ${selection} } }`,
};

const mistakes: readonly (readonly [
  string,
  string,
  (buildOperation: (filter: string, selection: string, variables?: string) => string) => AttackRequest,
])[] = [
  ['A9', 'a field with a typing error', (buildOperation) => ({ query: buildOperation('filter: {}', '__typenam') })],
  ['A9', 'an argument with a typing error', (buildOperation) => ({ query: buildOperation('filte: {}', '__typename') })],
  ['A9', 'an input field with a typing error', (buildOperation) => ({ query: buildOperation('filter: { statuse: [] }', '__typename') })],
  ['A9', 'a value with a typing error', (buildOperation) => ({ query: buildOperation('filter: { statuses: [RUNNIN] }', '__typename') })],
  ['A9', 'a type with a typing error', (buildOperation) => ({ query: buildOperation('filter: $f', '__typename', '($f: TaskFilte)') })],
  ['A9', 'a fragment on a type with a typing error', (buildOperation) => ({ query: buildOperation('filter: {}', '... on VcfTas { id }') })],
  [
    'A9',
    'a variable of another type',
    (buildOperation) => ({ query: buildOperation('filter: $f', '__typename', '($f: Int)'), variables: { f: 1 } }),
  ],
  [
    'A9',
    'a field with a typing error in a variable',
    (buildOperation) => ({ query: buildOperation('filter: $f', '__typename', '($f: TaskFilter)'), variables: { f: { statuse: [] } } }),
  ],
  [
    'A9',
    'a value with a typing error in a variable',
    (buildOperation) => ({
      query: buildOperation('filter: $f', '__typename', '($f: TaskFilter)'),
      variables: { f: { statuses: ['RUNNIN'] } },
    }),
  ],
  ['A9', 'an object without its fields', (buildOperation) => ({ query: buildOperation('filter: {}', '') })],
  ['A8', 'introspection', () => ({ query: '{ __schema { types { name fields { name } } } }' })],
  [
    'A8',
    'circular introspection',
    () => ({ query: '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }' }),
  ],
  ['A8', 'one type', () => ({ query: '{ __type(name: "Task") { name } }' })],
  ['A18', 'an object for a list', (buildOperation) => ({ query: buildOperation(`filter: { ids: { a: "${canary}" } }`, '__typename') })],
  ['A18', 'a text for a value', (buildOperation) => ({ query: buildOperation(`filter: { statuses: ["${canary}"] }`, '__typename') })],
  ['A18', 'a number for a text', (buildOperation) => ({ query: buildOperation('filter: { search: 70000000000717 }', '__typename') })],
  [
    'A18',
    'a text for a number in a variable',
    (buildOperation) => ({
      query: buildOperation('filter: $f', '__typename', '($f: TaskFilter)'),
      variables: { f: { minDurationMs: canary, ids: canary, search: { canary } } },
    }),
  ],
  [
    'A18',
    'an object for an id in a variable',
    (buildOperation) => ({
      query: buildOperation('filter: $f', '__typename', '($f: TaskFilter)'),
      variables: { f: { ids: [{ [canary]: canary }] } },
    }),
  ],
  [
    'A18',
    '50 kB in a variable',
    (buildOperation) => ({
      query: buildOperation('filter: $f', '__typename', '($f: TaskFilter)'),
      variables: { f: { statuses: [canary.repeat(4_500)] } },
    }),
  ],
  ['A18', 'a text that the syntax does not allow', () => ({ query: `{ tasks "${canary}" }` })],
  ['A18', 'an invalid number', () => ({ query: `{ tasks(first: 7000000000071x) { totalCount } }` })],
  [
    'A4',
    'a hundred mistakes',
    (buildOperation) => ({ query: buildOperation('filter: {}', Array.from({ length: 100 }, (_, i) => `a${i}`).join(' ')) }),
  ],
  [
    'A3',
    'a conflict between 90 fields',
    (buildOperation) => ({
      query: buildOperation('filter: {}', `${times(45, 'a: __typename')} ${times(45, 'a: kind')}`.replaceAll('a:', 'x:')),
    }),
  ],
];

const queryTransports = ['POST as application/json', 'POST as application/graphql-response+json', 'GET'];

describe.each(Object.entries(transports))(
  'By %s, an error message has no name of the schema, no value and no suggestion:',
  (name, send) => {
    const buildOperation = operations[queryTransports.includes(name) ? 'query' : 'subscription'];

    test.each(mistakes.filter(([, what]) => name !== 'GET' || !what.startsWith('50 kB')))('%s %s', async (_row, _what, mistake) => {
      const attack = mistake(buildOperation ?? String);
      const answer = await send(target.host, attack);
      expect(answer.data ?? undefined).toBeUndefined();
      expect(answer.errors.length).toBeGreaterThan(0);
      expect(answer.errors.length).toBeLessThanOrEqual(5);
      expect(answer.text.length).toBeLessThanOrEqual(4_096);
      expect(answer.text).not.toMatch(/canary|70000000000717|7000000000071|Did you mean|node_modules|file:\/\/|\bat \S+ \(|\.[jt]s:\d/);
      const sentWords = new Set(JSON.stringify(attack).match(/\w+/g));
      const otherWords = answer.errors.flatMap(({ message }) => message.match(/\w+/g) ?? []).filter((word) => !sentWords.has(word));
      expect(otherWords.filter((word) => schemaNames.has(word))).toEqual([]);
      for (const { extensions } of answer.errors) expect(Object.keys(extensions)).toEqual(['code']);
      expect(target.upstreamCalls).toBe(0);
    });
  },
);
