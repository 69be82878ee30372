import { z } from 'zod';

import { secretSetting } from '../../../../src/sources/source-module.js';

/** The configuration keys of a coffee machine beside those that every source has. */
export const brewSettings = z.object({
  credentials: z.strictObject({ token: secretSetting('The token on the back of the machine.') }).describe('How the machine is opened.'),
});
export type BrewSettings = z.output<typeof brewSettings>;
