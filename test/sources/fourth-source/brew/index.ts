import type { SourceModule } from '../../../../src/sources/source-module.js';
import { BrewSource } from './brew-source.js';
import { type BrewSettings, brewSettings } from './settings.js';
import { BrewSimulator } from './simulator.js';
import { BrewTask } from './types/task.js';
import { BrewWarning } from './types/warning.js';

/** Coffee machines, for the proof that a source is one folder and one line. */
export const brew: SourceModule<BrewSettings> = {
  kind: 'brew',
  description: 'Coffee machines.',
  settings: brewSettings,
  objectTypes: [BrewTask, BrewWarning],
  warningTypes: ['BrewWarning'],
  subtaskTypes: [],
  resolvers: [],
  create: (connection, settings) => new BrewSource(connection, settings),
  demo: [{ name: 'brew-demo', displayName: 'Coffee machine of the demo' }],
  simulate: (options) => BrewSimulator.start(options),
};
