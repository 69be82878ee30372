import { expect, test } from '@jest/globals';
import { buildSchema as parseSchema, Kind, parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { printSchema } from '../../src/cli/schema.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { findDescriptionDifferences } from './description-differences.js';
import { findSchemaDifferences } from './schema-differences.js';

const served = buildSchema(sourceModules);
const contract = parseSchema(readFileSync('test/contract/schema.graphql', 'utf8'));

test('The schema has everything that the contract promises.', () => {
  expect(findSchemaDifferences(contract, served)).toEqual([]);
});

test('The printed schema equals the served one.', () => {
  const printed = parseSchema(printSchema(sourceModules));
  expect(findSchemaDifferences(served, printed)).toEqual([]);
  expect(findSchemaDifferences(printed, served)).toEqual([]);
});

test('Every description of the contract is also that of the schema.', () => {
  expect(findDescriptionDifferences(contract, served)).toEqual([]);
});

test('A different description is reported wherever it occurs; a longer one is accepted.', () => {
  const text =
    '"A" type Query { "B" one("C" of: In): Kind } "D" input In { "E" x: Int } "F" enum Kind { "G" ONE } "H" interface Face { "I" x: ID }';
  for (const letter of 'ABCDEFGHI') {
    const other = parseSchema(text.replace(`"${letter}"`, '"Other."'));
    expect(findDescriptionDifferences(parseSchema(text), other)).toEqual([
      expect.stringMatching(new RegExp(`is described by "Other.", not "${letter}"$`)),
    ]);
  }
  expect(findDescriptionDifferences(parseSchema(text), parseSchema(text.replaceAll(/"(\w)"/g, '"$1 and more"')))).toEqual([]);
  expect(findDescriptionDifferences(parseSchema(text.replaceAll(/"\w"/g, '')), parseSchema(text))).toEqual([]);
});

test('schema/schema.graphql equals the emitted schema: after a change of the schema, run "npm run schema".', () => {
  const text = readFileSync('schema/schema.graphql', 'utf8');
  expect(text.trimEnd()).toBe(printSchema(sourceModules).trimEnd());
  expect(parse(text).definitions.map(({ kind }) => kind)).not.toContain(Kind.OBJECT_TYPE_EXTENSION);
});
