import { describe, expect, test } from '@jest/globals';

import { DocumentLimiter } from '../../../src/server/guards/document-limits.js';
import type { DocumentLimits } from '../../../src/server/server-limits.js';
import { noLimits } from '../../support/doubles/no-limits.js';
import { processorTimeMs } from '../../support/processor-time.js';

const excess = (text: string, limits: Partial<DocumentLimits>, operationName?: string): string | null =>
  new DocumentLimiter({ ...noLimits, ...limits }).check(text, operationName ?? null).excess;

/** `{ a { a { … } } }`, so many levels of fields. */
const deep = (levels: number): string => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;
const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('As many as are allowed are accepted, and one more is refused:', () => {
  test.each<readonly [string, keyof DocumentLimits, number, (count: number) => string]>([
    ['levels', 'depth', 3, deep],
    ['levels in fragments', 'depth', 5, (n) => `{ a { ...F } } fragment F on A { b { ... on B ${deep(n - 2)} } }`],
    ['levels where one field is written twice', 'depth', 3, (n) => `{ a { a } a ${deep(n - 1)} }`],
    ['aliases', 'aliases', 3, (n) => `{ ${times(n, (i) => `x${i}: a`)} }`],
    ['aliases of __typename', 'aliases', 3, (n) => `{ ${times(n, (i) => `x${i}: __typename`)} }`],
    [
      'aliases in a fragment that is spread twice',
      'aliases',
      3,
      (n) => `{ a { ...F } b { ...F } } fragment F on A { ${times(n, (i) => `x${i}: a`)} }`,
    ],
    ['root fields', 'rootFields', 3, (n) => `{ __typename ${times(n, (i) => `a${i}`)} a0 }`],
    ['root fields in fragments', 'rootFields', 3, (n) => `{ ...F ...F } fragment F on Query { ... { ${times(n, (i) => `a${i}`)} } }`],
    ['root fields of a mutation', 'mutationRootFields', 1, (n) => `mutation { ${times(n, (i) => `a${i}`)} }`],
    ['selections', 'selections', 4, (n) => `{ ${times(n, (i) => `a${i}`)} }`],
    [
      'selections in fragments, where they are spread',
      'selections',
      6,
      (n) => `{ a { ...F } b { ...F } ${times(n - 6, () => 'c')} } fragment F on A { x }`,
    ],
    ['tokens', 'tokens', 5, (n) => `{ ${times(n - 2, () => 'a')} } # a comment`],
  ])('%s', (_what, limit, most, text) => {
    expect(excess(text(most), { [limit]: most })).toBeNull();
    expect(excess(text(most + 1), { [limit]: most })).toContain(`limits.${limit} `);
    expect(excess(text(most + 1), {})).toBeNull();
  });
});

describe('Whatever the configuration says, a document is refused', () => {
  test.each([
    ['that nests 201 levels of brackets', deep(201)],
    ['that nests 20,000', deep(20_000)],
    ['that nests them in a value', `{ a(b: ${'['.repeat(20_000)}`],
    ['with a fragment that spreads itself', '{ a { ...F } } fragment F on A { b { ...F } }'],
    ['with three that spread each other', '{ ...F } fragment F on A { ...G } fragment G on A { ...H } fragment H on A { ...F }'],
    ['with a circle that is not spread', '{ a } fragment F on A { ...F }'],
    ['with one field 101 times', `{ ${times(101, () => 'a')} }`],
    [
      'with one field 101 times, in two places that are one in the answer',
      `{ a { ${times(50, () => 'b')} } a { ${times(51, () => 'b')} } }`,
    ],
    ['with one field 101 times, in fragments', `{ ${times(101, (i) => `...F${i}`)} } ${times(101, (i) => `fragment F${i} on A { a }`)}`],
    ['with one field 101 times, in another operation', `query A { a } query B { ${times(101, () => 'a')} }`],
    ['with six directives on a field', `{ a ${times(6, () => '@aa')} }`],
    ['with six directives on the operation', `query ${times(6, () => '@aa')} { a }`],
    ['with six directives on a spread', `{ ...F ${times(6, () => '@aa')} } fragment F on A { a }`],
    ['with 101 directives', `{ ${times(101, (i) => `a${i} @aa`)} }`],
    ['with 501 fragments', `{ a } ${times(501, (i) => `fragment F${i} on A { a }`)}`],
    [
      'whose fragments double 20 times',
      `{ ...F0 } ${times(20, (i) => `fragment F${i} on A { a { ...F${i + 1} } b { ...F${i + 1} } }`)} fragment F20 on A { a }`,
    ],
  ])('%s', (_what, text) => {
    const start = processorTimeMs();
    expect(excess(text, { selections: 1_000 }, text.includes('query B') ? 'A' : undefined)).toEqual(expect.any(String));
    expect(processorTimeMs() - start).toBeLessThan(1_000);
  });
});

test('The limits apply to the operation that is executed; where that is ambiguous, to each.', () => {
  const text = `query Deep ${deep(5)} query Flat { a }`;
  expect(excess(text, { depth: 4 }, 'Flat')).toBeNull();
  expect(excess(text, { depth: 4 }, 'Deep')).toContain('limits.depth');
  expect(excess(text, { depth: 4 }, 'Other')).toContain('limits.depth');
  expect(excess(text, { depth: 4 })).toContain('limits.depth');
});

describe('Depth and aliases of an introspection query are not limited,', () => {
  const aboutSchema = (beside: string): string =>
    `{ x: __schema { types { y: fields { type { name } } } } z: __type(name: "A") { name } ${beside} }`;
  const limits = { depth: 2, aliases: 1 };

  test('also with __typename beside it', () => {
    expect(excess(aboutSchema('__typename'), limits)).toBeNull();
  });

  test.each([
    ['with another field beside it', aboutSchema('a')],
    ['for __typename alone', '{ x: __typename y: __typename }'],
    ['for a fragment that only looks like it', '{ ...__schema } fragment __schema on Query { a { b { c } } }'],
    ['for a name that only looks like it', '{ __schema: a { b { c } } }'],
  ])('but not %s', (_what, text) => {
    expect(excess(text, limits)).not.toBeNull();
  });

  test('but its selections are not', () => {
    expect(excess(aboutSchema(''), { selections: 5 })).toContain('limits.selections');
  });
});

test('A document that does not parse is left to the parser.', () => {
  for (const text of ['', '{', '{ a ?', '} }', 'fragment', '{ a "']) expect(excess(text, { tokens: 100, depth: 1 })).toBeNull();
});

test('A document that was accepted once is accepted again, for the same operation name only.', () => {
  const limiter = new DocumentLimiter({ ...noLimits, depth: 1 });
  const text = 'query A { a } query B { a { b } }';
  for (let i = 0; i < 3; i += 1) {
    expect(limiter.check(text, 'A').excess).toBeNull();
    expect(limiter.check(text, 'B').excess).toContain('limits.depth');
  }
});
