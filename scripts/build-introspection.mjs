/**
 * Builds the introspection files for other tools from schema/schema.graphql:
 *
 *   dist/introspection.json   the result of the introspection query
 *   dist/introspection.d.ts   the same as a type, for gql.tada
 */
import { minifyIntrospection, preprocessIntrospection } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const resolveFromRoot = (path) => fileURLToPath(new URL(path, root));

const introspection = introspectionFromSchema(buildSchema(readFileSync(resolveFromRoot('schema/schema.graphql'), 'utf8')));
writeFileSync(resolveFromRoot('dist/introspection.json'), JSON.stringify(introspection));
writeFileSync(
  resolveFromRoot('dist/introspection.d.ts'),
  `/** The schema, for \`initGraphQLTada<{ introspection: introspection; scalars: scalars }>()\` of gql.tada. */
export type introspection = ${preprocessIntrospection(minifyIntrospection(introspection))};

/** The JSON representation of its scalars. */
export interface scalars {
  /** An instant in ISO-8601, UTC. */
  DateTime: string;
  JSONObject: Record<string, unknown>;
  /** Accepted as input, never returned. */
  Secret: string;
  URL: string;
}
`,
);
