import type { AttackRequest } from './transport.js';

/** A document over a limit, with its row of the attack table. */
export interface ShapeAttack extends AttackRequest {
  readonly row: string;
  readonly what: string;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (levels: number, field: string): string => `${`${field} { `.repeat(levels)}__typename${' }'.repeat(levels)}`;

/** All of them are refused with LIMIT_EXCEEDED before validation, over every transport. */
export const shapeAttacks: readonly ShapeAttack[] = [
  { row: 'A1', what: 'depth 200', query: `{ ${nested(199, 'a')} }` },
  { row: 'A1', what: 'depth 20,000', query: `${'{a'.repeat(20_000)}${'}'.repeat(20_000)}` },
  { row: 'A1', what: 'depth 16 of existing fields', query: `{ tasks { nodes { ${nested(13, 'parent')} } } }` },
  { row: 'A2', what: '101 aliases of __typename', query: `{ ${times(101, (i) => `a${i}: __typename`)} }` },
  { row: 'A2', what: '101 aliases of tasks', query: `{ ${times(101, (i) => `a${i}: tasks { totalCount }`)} }` },
  { row: 'A2', what: '11 root fields', query: `{ ${times(11, (i) => `a${i}: tasks { totalCount }`)} }` },
  { row: 'A3', what: 'one field 500 times', query: `{ ${times(500, () => '__typename')} }` },
  { row: 'A3', what: 'a{c} 600 times', query: `{ ${times(600, () => 'a{c}')} }` },
  {
    row: 'A3',
    what: 'inline fragments, 200 deep and 100 wide',
    query: `{ ${'... { '.repeat(200)} ${times(100, (i) => `f${i}`)} ${'}'.repeat(200)} }`,
  },
  { row: 'A3', what: 'inline fragments, 100 wide', query: `{ ${times(101, () => '... { taskSources { name } }')} }` },
  { row: 'A4', what: 'ten directives that do not exist', query: `{ __typename ${times(10, () => '@aa')} }` },
  { row: 'A4', what: '10,000 directives that do not exist', query: `{ __typename ${times(10_000, () => '@aa')} }` },
  { row: 'A4', what: 'a flood of @include', query: `{ taskSources { name ${times(60, () => '@include(if: true)')} } }` },
  { row: 'A6', what: 'a fragment that spreads itself', query: '{ ...F } fragment F on Query { ...F }' },
  {
    row: 'A6',
    what: 'a circle of three',
    query: '{ ...F } fragment F on Query { ...G } fragment G on Query { ...H } fragment H on Query { ...F }',
  },
  {
    row: 'A6',
    what: 'fragments that double 20 times',
    query: `{ tasks { nodes { ...F0 } } } ${times(20, (i) => `fragment F${i} on Task { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } }`)} fragment F20 on Task { id }`,
  },
  {
    row: 'A7',
    what: 'a fragment with the name __schema',
    query: `{ ...__schema } fragment __schema on Query { tasks { nodes { ${nested(13, 'parent')} } } }`,
  },
  {
    row: 'A7',
    what: 'a fragment that is spread first at a low depth',
    query: `{ task(id: "x:1") { ...F } tasks { nodes { ${'parent { '.repeat(11)} ...F ${'}'.repeat(11)} } } } fragment F on Task { parent { parent { id } } }`,
  },
  {
    row: 'A40',
    what: 'two actions in one mutation',
    query: 'mutation { a: cancelTask(input: { id: "vcf-sfo:1" }) { outcome } b: cancelTask(input: { id: "vcf-sfo:2" }) { outcome } }',
  },
  {
    row: 'A40',
    what: '1,000 actions in one mutation',
    query: `mutation { ${times(1_000, (i) => `a${i}: cancelTask(input: { id: "vcf-sfo:${i}" }) { outcome }`)} }`,
  },
];
