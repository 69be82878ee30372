import type { SourceModule } from '../../task/source/source-module.js';
import { CatalogSource } from './catalog-source.js';
import { catalogSettings, type CatalogSettings } from './settings.js';
import { CatalogSimulator } from './simulator.js';
import { CatalogLink } from './types/link.js';
import { CatalogTask } from './types/task.js';
import { CatalogWarning } from './types/warning.js';
import { CatalogWarningDetail } from './types/warning-detail.js';

/** The package catalog of Keycard: installs and removals in one zone. */
export const catalog: SourceModule<CatalogSettings> = {
  kind: 'catalog',
  description: 'Tasks of the Keycard package catalog.',
  settings: catalogSettings,
  objectTypes: [CatalogTask, CatalogLink, CatalogWarning, CatalogWarningDetail],
  warningTypes: ['CatalogWarning'],
  subtaskTypes: [],
  resolvers: [],
  create: (connection, settings) => new CatalogSource(connection, settings),
  createWithToken: (connection, settings, token) => new CatalogSource(connection, { ...settings, credentials: { token } }),
  demo: [{ name: 'catalog-demo', displayName: 'Catalog demo zone' }],
  simulate: (options) => CatalogSimulator.start(options),
};
