import type { SourceModule } from '../../task/source/source-module.js';
import { type VcfSettings, vcfSettings } from './settings.js';
import { RetryVcfCredentialsTaskResolver } from './actions/retry-vcf-credentials-task-resolver.js';
import { VcfSimulator } from './simulator.js';
import { VcfCredentialsOperation } from './types/credentials-operation.js';
import { VcfCredentialsSubtask } from './types/credentials-subtask.js';
import { VcfStage } from './types/stage.js';
import { VcfSubtask } from './types/subtask.js';
import { VcfTask } from './types/task.js';
import { VcfWarning } from './types/warning.js';
import { VcfSource } from './vcf-source.js';

export const vcf: SourceModule<VcfSettings> = {
  kind: 'vcf',
  description: 'Tasks of SDDC Manager in VMware Cloud Foundation.',
  settings: vcfSettings,
  objectTypes: [VcfTask, VcfSubtask, VcfStage, VcfCredentialsOperation, VcfCredentialsSubtask, VcfWarning],
  warningTypes: ['VcfWarning'],
  subtaskTypes: ['VcfSubtask', 'VcfCredentialsSubtask'],
  resolvers: [RetryVcfCredentialsTaskResolver],
  create: (connection, settings) => new VcfSource(connection, settings),
  createWithToken: (connection, _settings, token) => new VcfSource(connection, { credentials: { token } }),
  demo: [
    { name: 'vcf-sfo', displayName: 'SDDC Manager San Francisco (demo)' },
    { name: 'vcf-lax', displayName: 'SDDC Manager Los Angeles (demo)' },
  ],
  simulate: (options) => VcfSimulator.start(options),
};
