import * as z from 'zod';

import { secretSetting } from '../source-module.js';

/** Keys of the configuration of an SDDC Manager. */
export const vcfSettings = z.object({
  credentials: z
    .strictObject({
      username: z.string().min(1).meta({ description: 'The name of an account of SDDC Manager, such as administrator@vsphere.local.' }),
      password: secretSetting('The password of the account.'),
    })
    .meta({ description: 'The account that the gateway logs in with. To retry and cancel it needs a higher role than VIEWER.' }),
});
export type VcfSettings = z.output<typeof vcfSettings>;

/** The configured account, or a token that a caller brought. */
export type VcfCredentials = VcfSettings['credentials'] | { readonly token: string };
