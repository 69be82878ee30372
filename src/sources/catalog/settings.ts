import { z } from 'zod';

import { secretSetting } from '../source-module.js';
import { catalogTaskIdPattern } from './wire.js';

/** Keys of a Catalog source beyond the common ones. */
export const catalogSettings = z.object({
  zoneId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, { error: describeIdPattern(128) })
    .describe('The zone whose tasks it shows.'),
  credentials: z
    .union([
      z.strictObject({ token: secretSetting('A bearer token; it is sent as it is and never renewed.') }),
      z.strictObject({
        // RFC 7617: a user-id with a colon in it cannot be told apart from the password.
        clientId: z
          .string()
          .regex(/^[^:\p{Cc}]+$/u, { error: 'expected text without colons and control characters' })
          .describe('The client id of a service account.'),
        clientSecret: secretSetting('Its client secret.'),
      }),
    ])
    .describe('How it logs in: a bearer token, or the client credentials of a service account.'),
  tasks: z
    .array(z.string().regex(catalogTaskIdPattern, { error: describeIdPattern(64) }))
    .default([])
    .describe('Ids of tasks to track from the start; the catalog cannot list its tasks.'),
});

export type CatalogSettings = z.output<typeof catalogSettings>;
export type CatalogCredentials = CatalogSettings['credentials'];

function describeIdPattern(longest: number): string {
  return `expected letters, digits, - and _, beginning with a letter or digit, at most ${longest}`;
}
