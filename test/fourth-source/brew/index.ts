import { z } from 'zod';

import { secretSetting } from '../../../src/task/source/secret-setting.js';
import type { SourceModule } from '../../../src/task/source/source-module.js';
import { BrewSource } from './brew-source.js';
import { BrewSimulator } from './simulator.js';
import { BrewTask, BrewWarning } from './types.js';

const brewSettings = z.object({
  credentials: z.strictObject({ token: secretSetting('The token on the back of the machine.') }).describe('How the machine is opened.'),
  strength: z.int().min(1).max(5).default(3).describe('How strong the coffee is.'),
});

/** Coffee machines, for the proof that a source is one folder and one line. */
export const brew: SourceModule<z.output<typeof brewSettings>> = {
  kind: 'brew',
  description: 'Coffee machines.',
  settings: brewSettings,
  objectTypes: [BrewTask, BrewWarning],
  warningTypes: ['BrewWarning'],
  subtaskTypes: [],
  resolvers: [],
  create: (connection, { credentials }) => new BrewSource(connection, credentials.token),
  demo: [{ name: 'brew-demo', displayName: 'Coffee machine of the demo' }],
  simulate: (options) => BrewSimulator.start(options),
};
