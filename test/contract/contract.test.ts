import { expect, test } from '@jest/globals';
import { buildSchema as parseSchema, Kind, parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { printSchema } from '../../src/cli/schema.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { descriptionDifferences } from './description-differences.js';
import { schemaDifferences } from './schema-differences.js';

const served = buildSchema(sourceModules);
const contract = parseSchema(readFileSync('test/contract/schema.graphql', 'utf8'));

test('The schema has all that the contract promises.', () => {
  expect(schemaDifferences(contract, served)).toEqual([]);
});

test('What is printed is the schema that is served.', () => {
  const printed = parseSchema(printSchema(sourceModules));
  expect(schemaDifferences(served, printed)).toEqual([]);
  expect(schemaDifferences(printed, served)).toEqual([]);
});

test('Whatever the contract describes, the schema describes in the same words.', () => {
  expect(descriptionDifferences(contract, served)).toEqual([]);
});

test('Other words are found wherever they stand; more words are fine.', () => {
  const text =
    '"A" type Query { "B" one("C" of: In): Kind } "D" input In { "E" x: Int } "F" enum Kind { "G" ONE } "H" interface Face { "I" x: ID }';
  for (const letter of 'ABCDEFGHI') {
    const other = parseSchema(text.replace(`"${letter}"`, '"Other."'));
    expect(descriptionDifferences(parseSchema(text), other)).toEqual([
      expect.stringMatching(new RegExp(`is described by "Other.", not "${letter}"$`)),
    ]);
  }
  expect(descriptionDifferences(parseSchema(text), parseSchema(text.replaceAll(/"(\w)"/g, '"$1 and more"')))).toEqual([]);
  expect(descriptionDifferences(parseSchema(text.replaceAll(/"\w"/g, '')), parseSchema(text))).toEqual([]);
});

test('schema/schema.graphql is what the code emits: after a change of the schema, run "npm run schema".', () => {
  const text = readFileSync('schema/schema.graphql', 'utf8');
  expect(text.trimEnd()).toBe(printSchema(sourceModules).trimEnd());
  expect(parse(text).definitions.map(({ kind }) => kind)).not.toContain(Kind.OBJECT_TYPE_EXTENSION);
});
