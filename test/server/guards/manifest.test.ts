import { createHash } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { requireValidDocuments } from '../../../src/cli/check-documents.js';
import { buildSchema } from '../../../src/graphql/build-schema.js';
import { parseManifest } from '../../../src/server/guards/manifest.js';
import { sourceModules } from '../../../src/sources/registry.js';

const document = '{ __typename }';
const sha256 = createHash('sha256').update(document).digest('hex');
const apollo = (operations: readonly object[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const otherHash = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));

test.each([
  ['an id twice', `{"a":"${document}","a":"{ sources: taskSources { name } }"}`, ['expected the entry "a" only once']],
  ['an id twice, once escaped', `{"a":"${document}","\\u0061":"${document}"}`, ['expected the entry "a" only once']],
  ['an id with and without a prefix', `{"a":"${document}","sha256:a":"${document}"}`, ['expected the entry "a" only once']],
  [
    'an id twice in the form of Apollo',
    apollo([
      { id: 'a', body: document },
      { id: 'a', body: 'query B { __typename }' },
    ]),
    ['expected the entry "a" only once'],
  ],
  [
    'a list of operations twice',
    `{"format":"x","operations":[],"operations":[{"id":"a","body":"${document}"}]}`,
    ['expected the entry "operations" only once'],
  ],
  [
    'a hash of another text',
    JSON.stringify({ [otherHash]: document }),
    [`expected the document of "${otherHash}" to have this SHA-256 hash`],
  ],
  [
    'a hash of another text behind the prefix',
    JSON.stringify({ [`sha256:${otherHash.toUpperCase()}`]: document }),
    [`expected the document of "${otherHash.toUpperCase()}" to have this SHA-256 hash`],
  ],
  [
    'no GraphQL',
    JSON.stringify({ a: 'query {', b: document, c: 'SELECT 1' }),
    ['expected the document of "a" to be GraphQL', 'expected the document of "c" to be GraphQL'],
  ],
  ['no operation', JSON.stringify({ a: 'fragment F on Query { __typename }' }), ['expected the document of "a" to have an operation']],
  ['a long id', JSON.stringify({ ['x'.repeat(1_000)]: '{' }), [`expected the document of "${'x'.repeat(80)}…" to be GraphQL`]],
])('a manifest with %s is refused with the id of each entry', (_what, text, expected) => {
  expect(parseManifest(text)).toEqual({ expected });
});

test('of many mistakes twenty are listed, and the others counted', () => {
  const manifest = parseManifest(JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`n${index}`, '{']))));
  expect(manifest).toEqual({
    expected: expect.arrayContaining(['expected the document of "n19" to be GraphQL', 'and 30 more mistakes in the manifest']) as unknown,
  });
  expect('expected' in manifest && manifest.expected).toHaveLength(21);
});

test.each([
  ['a name', 'Any name', document],
  ['its hash', sha256, document],
  ['its hash in capitals', sha256.toUpperCase(), document],
  ['its hash with a prefix', `sha256:${sha256}`, document],
])('a document may have %s as its id', (_what, id, text) => {
  expect(parseManifest(JSON.stringify({ [id]: text }))).toEqual({ documents: new Map([[id.replace('sha256:', ''), text]]) });
});

test('a document that the schema does not have is refused with its id', () => {
  const check = (documents: Readonly<Record<string, string>>) => () =>
    requireValidDocuments(
      { documents: new Map(Object.entries(documents)), mode: 'enforce', clients: new Map() },
      buildSchema(sourceModules),
    );
  expect(check({ good: document })).not.toThrow();
  expect(check({ good: document, bad: '{ taskz { id } }' })).toThrow(
    'graphql.trustedDocuments.manifestFile: the document of "bad" is not valid: Cannot query field "taskz" on type "Query".',
  );
});
