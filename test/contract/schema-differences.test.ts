import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { findSchemaDifferences } from './schema-differences.js';

const contract = `
  type Query { one(id: ID!, first: Int, color: Color = RED): Thing  many: [Thing]  named(filter: Filter): Named  either: Either }
  interface Named { name: String }
  type Thing implements Named { name: String  size: Int! }
  type Other { count: Int }
  union Either = Thing | Other
  enum Color { RED GREEN }
  input Filter { text: String!  colors: [Color!]  limit: Int = 10 }
  scalar Instant
  type Clock { now: Instant }
`;

/** Changes to the contract above: the replaced text, its replacement, and the reported difference. */
const breaking: readonly (readonly [string, string, string])[] = [
  ['type Clock { now: Instant }', '', 'Clock is missing'],
  ['scalar Instant', 'enum Instant { NOW }', 'Instant is GraphQLEnumType, not GraphQLScalarType'],
  ['  size: Int!', '', 'Thing.size is missing'],
  ['size: Int!', 'size: Int', 'Thing.size gives Int, not Int!'],
  ['size: Int!', 'size: Float!', 'Thing.size gives Float!, not Int!'],
  ['many: [Thing]', 'many: Thing', 'Query.many gives Thing, not [Thing]'],
  ['many: [Thing]', 'many: [[Thing]]', 'Query.many gives [[Thing]], not [Thing]'],
  ['implements Named', '', 'Thing lacks the interface Named'],
  ['Thing | Other', 'Thing', 'Either lacks the member Other'],
  ['RED GREEN', 'RED', 'Color lacks the value GREEN'],
  [', first: Int', '', 'Query.one(first) is missing'],
  ['first: Int', 'first: Int!', 'Query.one(first) takes Int!, not Int'],
  ['first: Int', 'first: String', 'Query.one(first) takes String, not Int'],
  ['first: Int', 'first: Int, of: ID!', 'Query.one(of) is required and not in the contract'],
  ['color: Color = RED', 'color: Color = GREEN', 'Query.one(color) is "GREEN" by default, not "RED"'],
  ['color: Color = RED', 'color: Color', 'Query.one(color) is absent by default, not "RED"'],
  ['first: Int', 'first: Int = 1', 'Query.one(first) is 1 by default, not absent'],
  ['  limit: Int = 10', '', 'Filter(limit) is missing'],
  ['limit: Int = 10', 'limit: Int = 11', 'Filter(limit) is 11 by default, not 10'],
  ['limit: Int = 10', 'limit: Int = 10  by: ID!', 'Filter(by) is required and not in the contract'],
  ['colors: [Color!]', 'colors: [Color!]!', 'Filter(colors) takes [Color!]!, not [Color!]'],
  ['text: String!', 'text: ID!', 'Filter(text) takes ID!, not String!'],
];

test.each(breaking)('The change from "%s" to "%s" is reported.', (before, after, difference) => {
  expect(contract).toContain(before);
  expect(findSchemaDifferences(buildSchema(contract), buildSchema(contract.replace(before, after)))).toEqual([difference]);
});

const harmless: readonly (readonly [string, string])[] = [
  ['', ''],
  ['many: [Thing]', 'many: [Thing!]!'],
  ['type Thing implements Named { name: String', 'type Thing implements Named { name: String!'],
  ['RED GREEN', 'RED GREEN BLUE'],
  ['id: ID!', 'id: ID'],
  ['colors: [Color!]', 'colors: [Color]'],
  ['text: String!', 'text: String'],
  ['first: Int', 'first: Int, of: ID! = "x"'],
  ['limit: Int = 10', 'limit: Int = 10  by: ID'],
  ['Thing | Other', 'Thing | Other | Clock'],
  ['type Other {', 'type Other implements Named { name: String '],
  ['scalar Instant', 'scalar Instant scalar More'],
];

test.each(harmless)('The change from "%s" to "%s" is accepted.', (before, after) => {
  expect(contract).toContain(before);
  expect(findSchemaDifferences(buildSchema(contract), buildSchema(contract.replace(before, after)))).toEqual([]);
});
