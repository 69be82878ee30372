import { z } from 'zod';

import type { SourceModule } from '../../task/source/source-module.js';
import type { Configuration } from '../configuration.js';
import { authSchema } from './auth-schema.js';
import { integerSetting } from './integer-setting.js';
import { limitsSchema } from './limits-schema.js';
import { serverSchema } from './server-schema.js';
import { sourceSchema } from './source-schema.js';
import { storeSchema } from './store-schema.js';
import { switchSetting } from './switch-setting.js';
import { trustedDocumentsSchema } from './trusted-documents-schema.js';

const hour = 3_600_000;

/** The whole file. Relative paths in its output are as they were written. */
export function configurationSchema(modules: readonly SourceModule[]): z.ZodType<Configuration> {
  return z
    .strictObject({
      server: serverSchema,
      graphql: z
        .strictObject({
          introspection: switchSetting('Whether every caller may read the schema.', false),
          explorer: switchSetting('Whether the explorer is served, as pages without data.', false),
          trustedDocuments: trustedDocumentsSchema,
        })
        .prefault({})
        .describe('What the GraphQL endpoint shows of itself.'),
      auth: authSchema,
      store: storeSchema,
      reads: z
        .strictObject({
          maxAgeMs: integerSetting('Milliseconds that known data may be old where a query does not say.', {
            min: 0,
            max: hour,
            default: 1_000,
          }),
          minAgeMs: integerSetting('Milliseconds that known data may always be old, whatever a query says.', {
            min: 0,
            max: hour,
            default: 0,
          }),
        })
        .prefault({})
        .describe('How fresh reads are.'),
      federation: z
        .strictObject({
          node: switchSetting('Whether the subgraph SDL has node and nodes, which no two subgraphs may share.', false),
          scopes: switchSetting('Whether the subgraph SDL has scope directives.', false),
        })
        .prefault({})
        .describe('What the subgraph SDL shows.'),
      limits: limitsSchema,
      sources: z
        .array(sourceSchema(modules))
        .min(1, { error: 'expected at least one source' })
        .describe('The control planes, in the order in which they are listed.'),
    })
    .describe('Configuration of Tributary.');
}
