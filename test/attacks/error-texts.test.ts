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

/** All that the schema is made of: types, fields, arguments and values; words of every schema and of plain English aside. */
function wordsOf(schema: GraphQLSchema): ReadonlySet<string> {
  const words = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => name)];
    if (isObjectType(type) || isInterfaceType(type))
      return [type.name, ...Object.values(type.getFields()).flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)])];
    return isInputObjectType(type) ? [type.name, ...Object.keys(type.getFields())] : [];
  });
  return new Set(words.filter((word) => !word.startsWith('__') && /[A-Z_]/.test(word.slice(1))));
}

const dictionary = wordsOf(buildSchema(sourceModules));
const canary = 'canary-7d1f';
const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' ');

/** What is wrong is put into the filter or the selection of an operation that is right otherwise. */
const operations: Readonly<Record<string, (filter: string, selection: string, variables?: string) => string>> = {
  query: (filter, selection, variables = '') => `query ${variables} { tasks(${filter}) { ${selection} } }`,
  subscription: (filter, selection, variables = '') => `subscription ${variables} { tasksChanged(${filter}) { ${selection} } }`,
};

const mistakes: readonly (readonly [
  string,
  string,
  (of: (filter: string, selection: string, variables?: string) => string) => AttackRequest,
])[] = [
  ['A9', 'a field that is nearly right', (of) => ({ query: of('filter: {}', '__typenam') })],
  ['A9', 'an argument that is nearly right', (of) => ({ query: of('filte: {}', '__typename') })],
  ['A9', 'an input field that is nearly right', (of) => ({ query: of('filter: { statuse: [] }', '__typename') })],
  ['A9', 'a value that is nearly right', (of) => ({ query: of('filter: { statuses: [RUNNIN] }', '__typename') })],
  ['A9', 'a type that is nearly right', (of) => ({ query: of('filter: $f', '__typename', '($f: TaskFilte)') })],
  ['A9', 'a fragment on a type that is nearly right', (of) => ({ query: of('filter: {}', '... on VcfTas { id }') })],
  ['A9', 'a variable of another type', (of) => ({ query: of('filter: $f', '__typename', '($f: Int)'), variables: { f: 1 } })],
  [
    'A9',
    'a field that is nearly right in a variable',
    (of) => ({ query: of('filter: $f', '__typename', '($f: TaskFilter)'), variables: { f: { statuse: [] } } }),
  ],
  [
    'A9',
    'a value that is nearly right in a variable',
    (of) => ({ query: of('filter: $f', '__typename', '($f: TaskFilter)'), variables: { f: { statuses: ['RUNNIN'] } } }),
  ],
  ['A9', 'an object without its fields', (of) => ({ query: of('filter: {}', '') })],
  ['A8', 'introspection', () => ({ query: '{ __schema { types { name fields { name } } } }' })],
  [
    'A8',
    'introspection in a circle',
    () => ({ query: '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }' }),
  ],
  ['A8', 'one type', () => ({ query: '{ __type(name: "Task") { name } }' })],
  ['A18', 'an object for a list', (of) => ({ query: of(`filter: { ids: { a: "${canary}" } }`, '__typename') })],
  ['A18', 'a text for a value', (of) => ({ query: of(`filter: { statuses: ["${canary}"] }`, '__typename') })],
  ['A18', 'a number for a text', (of) => ({ query: of('filter: { search: 70000000000717 }', '__typename') })],
  [
    'A18',
    'a text for a number in a variable',
    (of) => ({
      query: of('filter: $f', '__typename', '($f: TaskFilter)'),
      variables: { f: { minDurationMs: canary, ids: canary, search: { canary } } },
    }),
  ],
  [
    'A18',
    'an object for an id in a variable',
    (of) => ({ query: of('filter: $f', '__typename', '($f: TaskFilter)'), variables: { f: { ids: [{ [canary]: canary }] } } }),
  ],
  [
    'A18',
    '50 kB in a variable',
    (of) => ({ query: of('filter: $f', '__typename', '($f: TaskFilter)'), variables: { f: { statuses: [canary.repeat(4_500)] } } }),
  ],
  ['A18', 'a text where the syntax has none', () => ({ query: `{ tasks "${canary}" }` })],
  ['A18', 'a number that is none', () => ({ query: `{ tasks(first: 7000000000071x) { totalCount } }` })],
  ['A4', 'a hundred mistakes', (of) => ({ query: of('filter: {}', Array.from({ length: 100 }, (_, i) => `a${i}`).join(' ')) })],
  [
    'A3',
    'a conflict that is written in 90 places',
    (of) => ({ query: of('filter: {}', `${times(45, 'a: __typename')} ${times(45, 'a: kind')}`.replaceAll('a:', 'x:')) }),
  ],
];

const reading = ['POST as application/json', 'POST as application/graphql-response+json', 'GET'];

describe.each(Object.entries(transports))(
  'By %s, a mistake is told without a word of the schema, a value or a suggestion:',
  (name, send) => {
    const of = operations[reading.includes(name) ? 'query' : 'subscription'];

    test.each(mistakes.filter(([, what]) => name !== 'GET' || !what.startsWith('50 kB')))('%s %s', async (_row, _what, mistake) => {
      const attack = mistake(of ?? String);
      const answer = await send(target.host, attack);
      expect(answer.data ?? undefined).toBeUndefined();
      expect(answer.errors.length).toBeGreaterThan(0);
      expect(answer.errors.length).toBeLessThanOrEqual(5);
      expect(answer.text.length).toBeLessThanOrEqual(4_096);
      expect(answer.text).not.toMatch(/canary|70000000000717|7000000000071|Did you mean|node_modules|file:\/\/|\bat \S+ \(|\.[jt]s:\d/);
      const written = new Set(JSON.stringify(attack).match(/\w+/g));
      const told = answer.errors.flatMap(({ message }) => message.match(/\w+/g) ?? []).filter((word) => !written.has(word));
      expect(told.filter((word) => dictionary.has(word))).toEqual([]);
      for (const { extensions } of answer.errors) expect(Object.keys(extensions)).toEqual(['code']);
      expect(target.upstreamCalls).toBe(0);
    });
  },
);
