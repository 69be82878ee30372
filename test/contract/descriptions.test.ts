import { expect, test } from '@jest/globals';
import { buildSchema as parseSchema } from 'graphql';
import { readFileSync } from 'node:fs';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { buildSubgraph } from '../../src/graphql/federation/build-subgraph.js';
import { sourceModules } from '../../src/sources/registry.js';
import { unreadableDescriptions } from './unreadable-descriptions.js';

const schema = buildSchema(sourceModules);

test('Every description of the emitted schema is a sentence that stands alone.', () => {
  expect(unreadableDescriptions(parseSchema(readFileSync('schema/schema.graphql', 'utf8')))).toEqual([]);
  expect(unreadableDescriptions(schema)).toEqual([]);
});

test('Every description that federation adds to the served schema is one, too, except those of its specification.', () => {
  const served = buildSubgraph(schema, { node: true, scopes: true });
  expect(unreadableDescriptions(served).filter((line) => !/^(?:@|link__Purpose\.)/.test(line))).toEqual([]);
});

const good = '"Reads all the things."';

test.each([
  ['""', 'has fewer than four words'],
  ['"Reads the things."', 'has fewer than four words'],
  ['"reads all the things."', 'does not begin with a capital letter'],
  ['"Reads all the things"', 'does not end with a full stop'],
  ['"Reads all the things..."', 'does not end with a full stop'],
  ['"Reads what the plane sent."', 'uses the private word "plane"'],
  ['"Writes into the Ledger again."', 'uses the private word "ledger"'],
])('The description %s %s, wherever it occurs.', (bad, fault) => {
  const text = `${good} type Query { ${good} a(${good} b: In): Kind } ${good} input In { ${good} c: Int } ${good} enum Kind { ${good} ONE }
    ${good} interface Face { ${good} d: ID } ${good} union Any = Query ${good} scalar Time ${good} directive @mark(${good} e: Int) on FIELD`;
  expect(unreadableDescriptions(parseSchema(text))).toEqual([]);
  const places = text.split(good).length - 1;
  for (let index = 0; index < places; index += 1) {
    let seen = -1;
    const changed = text.replaceAll(good, () => ((seen += 1) === index ? bad : good));
    expect(unreadableDescriptions(parseSchema(changed))).toContainEqual(expect.stringContaining(fault));
  }
});

test('A deprecation gives its reason in a sentence, too.', () => {
  const parsed = parseSchema(`${good} type Query { ${good} a: Int @deprecated(reason: "use b") ${good} b: Int }`);
  expect(unreadableDescriptions(parsed)).toEqual([
    'Query.a @deprecated has fewer than four words: "use b"',
    'Query.a @deprecated does not begin with a capital letter: "use b"',
    'Query.a @deprecated does not end with a full stop: "use b"',
  ]);
});

test('"Control plane" is the term of the product; parts of other words do not count.', () => {
  const parsed = parseSchema(
    '"The handler of the control plane stands in the mushroom." type Query { "Both control planes plan again." a: Int }',
  );
  expect(unreadableDescriptions(parsed)).toEqual([]);
});
