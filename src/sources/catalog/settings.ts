import * as z from 'zod';

import { secretSetting } from '../source-module.js';
import { catalogTaskIdPattern } from './wire.js';

/** Keys of a Catalog source beyond the common ones. */
export const catalogSettings = z.object({
  zoneId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, { error: describeIdPattern(128) })
    .meta({ description: 'The id of the zone whose tasks are shown.', examples: ['zone_1'] }),
  credentials: z
    .union([
      z.strictObject({ token: secretSetting('A bearer token of the Catalog, which the gateway never renews.') }),
      z.strictObject({
        // RFC 7617: Basic authentication cannot carry a user id with a colon.
        clientId: z
          .string()
          .regex(/^[^:\p{Cc}]+$/u, { error: 'expected text without colons and control characters' })
          .meta({ description: 'The client id of a service account (OAuth 2.0 client credentials).', examples: ['tributary'] }),
        clientSecret: secretSetting('The client secret of the service account.'),
      }),
    ])
    .describe('How the gateway authenticates itself: with a bearer token, or with the client credentials of a service account.'),
  tasks: z
    .array(z.string().regex(catalogTaskIdPattern, { error: describeIdPattern(64) }))
    .default([])
    .describe('The ids of tasks to track from the start, because the Catalog cannot list its tasks. The default is none.'),
});

export type CatalogSettings = z.output<typeof catalogSettings>;
export type CatalogCredentials = CatalogSettings['credentials'];

function describeIdPattern(maxLength: number): string {
  return `expected letters, digits, - and _, at most ${maxLength}`;
}
