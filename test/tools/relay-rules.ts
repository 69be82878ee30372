import { parser, rules } from '@graphql-eslint/eslint-plugin';
import { Linter } from 'eslint';

/** The rules alone; their types are those of another version of ESLint. */
const plugin: object = { rules };

/** What @graphql-eslint's rules for Relay say of SDL, one line each. */
export function lintRelayRules(text: string): readonly string[] {
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
    { filename: 'schema.graphql' },
  );
  return messages.map(({ line, message }) => `${line}: ${message}`);
}
