import { expect, test } from '@jest/globals';
import { buildSchema, parse, print, validate } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';

import { printDocument } from '../../src/client/operation.js';
import { taskRowFragment } from '../../src/client/task-row.js';
import { waitForTaskDocuments } from '../../src/client/wait-for-task.js';

const examples = readdirSync('schema/operations').filter((file) => file.endsWith('.graphql'));

test.each(examples)('%s is printed without a change of meaning', (file) => {
  const text = readFileSync(`schema/operations/${file}`, 'utf8');
  expect(print(parse(printDocument(parse(text))))).toBe(print(parse(text)));
});

test('every part of an operation is printed', () => {
  const text = `
    query Every($a: [Int!]! = [1, -2] @here, $b: In = { c: "q\\"\\\\\\n\\u2028é", d: null, e: true, f: 1.5e3, g: WORD, h: [], i: {} }, $j: ID) @on(x: $a) {
      alias: field(a: $a, b: { c: [$b, """
        a block "quoted"
        text
      """] }) @include(if: true) { ... on Type @skip(if: false) { a } ... { b } ... @on { c } ...Part @on }
    }
    mutation { act } subscription Sub { hear }
    fragment Part on Type @on { d }
    { short }
  `;
  expect(JSON.stringify(bare(parse(printDocument(parse(text)))))).toBe(JSON.stringify(bare(parse(text))));
});

test('the fragment of the client is a copy of the one in schema/fragments', () => {
  expect(print(parse(taskRowFragment))).toBe(print(parse(readFileSync('schema/fragments/task-row.graphql', 'utf8'))));
});

test('the documents of waitForTask are valid in the schema', () => {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  for (const text of Object.values(waitForTaskDocuments)) expect(validate(schema, parse(text))).toEqual([]);
});

/** The document without where things stood, and how strings were written. */
function bare(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (['loc', 'block'].includes(key) ? undefined : value)));
}
