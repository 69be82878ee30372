import { readFileSync } from 'node:fs';

import { parser, rules } from '@graphql-eslint/eslint-plugin';
import { expect, test } from '@jest/globals';
import { Linter } from 'eslint';

const file = 'schema/schema.graphql';
const sdl = readFileSync(file, 'utf8');

/** The rules alone; their types are those of another version of ESLint. */
const plugin: object = { rules };

/** What @graphql-eslint's rules for Relay say of SDL, one line each. */
function findings(text: string): readonly string[] {
  const messages = new Linter({ configType: 'flat' }).verify(
    text,
    [
      {
        files: ['**/*.graphql'],
        languageOptions: { parser, parserOptions: { graphQLConfig: { schema: text } } },
        plugins: { '@graphql-eslint': plugin },
        rules: {
          '@graphql-eslint/relay-arguments': ['error', { includeBoth: true }],
          '@graphql-eslint/relay-connection-types': 'error',
          // A connection has nodes beside edges; so may other lists have things that are no edges.
          '@graphql-eslint/relay-edge-types': [
            'error',
            { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
          ],
          '@graphql-eslint/relay-page-info': 'error',
        },
      },
    ],
    { filename: file },
  );
  return messages.map(({ line, message }) => `${line}: ${message}`);
}

test('The schema follows the rules for Relay: connections, edges, PageInfo and their arguments.', () => {
  expect(findings(sdl)).toEqual([]);
});

test.each([
  ['  edges: [TaskEdge', '  corners: [TaskEdge', /edges/],
  ['hasNextPage: Boolean!', 'hasMore: Boolean!', /PageInfo/],
  ['type TaskEdge {', 'type TaskEnd {', /Edge|TaskEdge/],
])('A schema with %j made %j is found out.', (before, after, said) => {
  expect(sdl).toContain(before);
  const text = sdl.replace(before, after).replaceAll('TaskEdge!', after.includes('TaskEnd') ? 'TaskEnd!' : 'TaskEdge!');
  expect(findings(text).join('\n')).toMatch(said);
});
