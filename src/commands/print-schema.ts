import { lexicographicSortSchema, printSchema as print } from 'graphql';

import { buildSchema } from '../graphql/build-schema.js';
import type { SourceModule } from '../task/source/source-module.js';

/** The schema as SDL, sorted by name, so that a change of it reads as what it is. */
export function printSchema(modules: readonly SourceModule[]): string {
  return print(lexicographicSortSchema(buildSchema(modules)));
}
