/**
 * Builds what other tools take the schema from, out of schema/schema.graphql:
 *
 *   dist/introspection.json   the answer to the introspection query, for tools that read that
 *   dist/introspection.d.ts   the same as a type, for gql.tada
 */
import { minifyIntrospection, preprocessIntrospection } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const inRoot = (path) => fileURLToPath(new URL(path, root));

const introspection = introspectionFromSchema(buildSchema(readFileSync(inRoot('schema/schema.graphql'), 'utf8')));
writeFileSync(inRoot('dist/introspection.json'), JSON.stringify(introspection));
writeFileSync(
  inRoot('dist/introspection.d.ts'),
  `/** The schema, for \`initGraphQLTada<{ introspection: introspection; scalars: scalars }>()\` of gql.tada. */
export type introspection = ${preprocessIntrospection(minifyIntrospection(introspection))};

/** What its scalars are in JSON. */
export interface scalars {
  /** An instant in ISO-8601, UTC. */
  DateTime: string;
  JSONObject: Record<string, unknown>;
  /** Taken in, never given out. */
  Secret: string;
  URL: string;
}
`,
);
