import * as z from 'zod';

import { secretSetting } from '../source-module.js';
import { uuidPattern } from './wire.js';

/** Keys of the configuration of an Astra source, beyond those that every source has. */
export const astraSettings = z.object({
  accountId: z
    .string()
    .regex(uuidPattern, 'The account id is a UUID; the API access page of Astra Control shows it.')
    .meta({
      description: 'The id of the account whose tasks are read: a UUID, which the page API access of Astra Control shows.',
      examples: ['00000000-0000-4000-8000-000000000000'],
    }),
  credentials: z
    .strictObject({
      token: secretSetting(
        'An API token from the page API access of Astra Control. It never expires and has the rights of the user who created it.',
      ),
    })
    .meta({ description: 'How the gateway authenticates itself to Astra Control.' }),
});

export type AstraSettings = z.infer<typeof astraSettings>;
