import type { SourceModule } from '../../task/source/source-module.js';
import { AstraSource } from './astra-source.js';
import { type AstraSettings, astraSettings } from './settings.js';
import { AstraSimulator } from './simulator.js';
import { AstraLabel } from './types/label.js';
import { AstraStateTransition } from './types/state-transition.js';
import { AstraTask } from './types/task.js';
import { AstraWarning } from './types/warning.js';

/** NetApp Astra Control: tasks of one account, read through `core/v1/tasks`. */
export const astra: SourceModule<AstraSettings> = {
  kind: 'astra',
  description: 'Tasks of NetApp Astra Control.',
  settings: astraSettings,
  objectTypes: [AstraTask, AstraWarning, AstraStateTransition, AstraLabel],
  warningTypes: ['AstraWarning'],
  subtaskTypes: ['AstraTask'],
  resolvers: [],
  create: (connection, settings) => new AstraSource(connection, settings),
  createWithToken: (connection, settings, token) => new AstraSource(connection, { ...settings, credentials: { token } }),
  demo: [{ name: 'astra-demo', displayName: 'Astra demo account' }],
  simulate: (options) => AstraSimulator.start(options),
};
