import { z } from 'zod';

import { secretSetting } from '../source-module.js';
import { uuidPattern } from './wire.js';

/** Keys of the configuration of an Astra source, beyond those that every source has. */
export const astraSettings = z.object({
  accountId: z
    .string()
    .regex(uuidPattern, 'The account id is a UUID; the API access page of Astra Control shows it.')
    .meta({ description: 'Id of the account whose tasks are read: a UUID, shown on the API access page of Astra Control.' }),
  credentials: z
    .strictObject({
      token: secretSetting(
        'API token, made on the API access page of Astra Control; it never expires and carries the rights of its maker.',
      ),
    })
    .meta({ description: 'How the gateway proves itself to Astra Control.' }),
});

export type AstraSettings = z.infer<typeof astraSettings>;
