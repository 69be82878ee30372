import { expect, test } from '@jest/globals';
import { buildSchema as parseSchema, Kind, parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { printSchema } from '../../src/commands/print-schema.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/index.js';
import { schemaDifferences } from './schema-differences.js';
import { undescribed } from './undescribed.js';

const contract = parseSchema(readFileSync('test/contract/schema.graphql', 'utf8'));

test('The schema has all that the contract promises.', () => {
  expect(schemaDifferences(contract, buildSchema(sourceModules))).toEqual([]);
});

test('What is printed is the schema that is served.', () => {
  const printed = parseSchema(printSchema(sourceModules));
  expect(schemaDifferences(buildSchema(sourceModules), printed)).toEqual([]);
  expect(schemaDifferences(printed, buildSchema(sourceModules))).toEqual([]);
});

test('Every type, field, argument, input field and enum value is described.', () => {
  expect(undescribed(buildSchema(sourceModules))).toEqual([]);
});

test('Each kind of thing that has no description is found.', () => {
  const schema = parseSchema(
    '"Here." type Query { bare(of: In): Bare } enum Bare { NONE } "Here." input In { x: Int } interface Face { "Here." x(of: ID): Int } union U = Query scalar S',
  );
  expect(undescribed(schema)).toEqual(['Query.bare', 'Query.bare:of', 'Bare', 'Bare.NONE', 'In.x', 'Face', 'Face.x:of', 'U', 'S']);
});

test('Types and their fields say in the schema what they say in the contract.', () => {
  const emitted = buildSchema(sourceModules);
  const words = Object.values(contract.getTypeMap())
    .filter(({ astNode }) => astNode?.kind !== undefined)
    .map(({ name, description }) => [name, description]);
  expect(words.length).toBeGreaterThan(60);
  expect(words.map(([name]) => [name, emitted.getType(String(name))?.description])).toEqual(words);
});

test('schema/schema.graphql is what the code emits: after a change of the schema, run "npm run schema".', () => {
  const text = readFileSync('schema/schema.graphql', 'utf8');
  expect(text.trimEnd()).toBe(printSchema(sourceModules).trimEnd());
  expect(parse(text).definitions.map(({ kind }) => kind)).not.toContain(Kind.OBJECT_TYPE_EXTENSION);
});
