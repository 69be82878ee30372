import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceCapabilities } from '../../model/task-source.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
import { UpstreamClient } from '../../upstream/upstream.js';
import type { SourceModule } from '../source-module.js';
import {
  type ListRequest,
  type ListResponse,
  readEach,
  type ReadRequest,
  type ReadResults,
  type RefreshRequest,
  type RefreshResponse,
  type Source,
  type SourceActions,
  type UntranslatedTask,
} from '../source.js';
import { VcfSession } from './authentication.js';
import { VcfClient } from './client.js';
import { type CredentialsList, readCredentialsList } from './lists/join-lists.js';
import { vcfPageSize } from './lists/list-pages.js';
import { VcfLists } from './lists/vcf-lists.js';
import { selectActionPayload, splitPayload } from './payload.js';
import { RetryVcfCredentialsTaskResolver } from './retry-credentials-mutation.js';
import { type VcfCredentials, type VcfSettings, vcfSettings } from './settings.js';
import { VcfSimulator } from './simulator/vcf-simulator.js';
import { createVcfActions } from './task-actions.js';
import { buildUntranslatedVcfTask, toElement } from './task.js';
import { VcfCredentialsOperation, VcfCredentialsSubtask, VcfStage, VcfSubtask, VcfTask, VcfWarning } from './types.js';
import { isVcfTaskId } from './wire.js';

/** SDDC Manager of VMware Cloud Foundation. */
export const vcf: SourceModule<VcfSettings> = {
  kind: 'vcf',
  description: 'Tasks of SDDC Manager in VMware Cloud Foundation.',
  settings: vcfSettings,
  objectTypes: [VcfTask, VcfSubtask, VcfStage, VcfCredentialsOperation, VcfCredentialsSubtask, VcfWarning],
  warningTypes: ['VcfWarning'],
  subtaskTypes: ['VcfSubtask', 'VcfCredentialsSubtask'],
  resolvers: [RetryVcfCredentialsTaskResolver],
  create: (common, settings) => new VcfSource(common, settings),
  createWithToken: (common, _settings, token) => new VcfSource(common, { credentials: { token } }),
  demo: [
    { name: 'vcf-sfo', displayName: 'SDDC Manager San Francisco (demo)' },
    { name: 'vcf-lax', displayName: 'SDDC Manager Los Angeles (demo)' },
  ],
  simulate: (options) => VcfSimulator.start(options),
};

/** One SDDC Manager. It has two lists, of tasks and of credentials tasks, and a task may be in both. */
export class VcfSource implements Source {
  readonly name: string;
  readonly kind = 'VCF';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  /** A retry restarts a finished task under the same id, and other clients of the plane may request one. */
  readonly finishedTasksChange = true;
  readonly actions: SourceActions;
  readonly upstream: UpstreamClient;
  readonly #client: VcfClient;
  readonly #lists: VcfLists;

  constructor(common: SourceSettings, { credentials }: { readonly credentials: VcfCredentials }) {
    const { retry, cancel } = common.actions;
    this.name = common.name;
    this.displayName = common.displayName;
    this.timeoutMs = common.transport.timeoutMs;
    this.capabilities = { list: true, retry, cancel, subtasks: true, progress: true };
    this.upstream = new UpstreamClient(common);
    this.#client = new VcfClient(new VcfSession(this.upstream, credentials, common), common.listLimits.maxItems);
    this.actions = createVcfActions(this.#client);
    this.#lists = new VcfLists(this.#client, this.name, { ...common.listLimits, timeoutMs: this.timeoutMs });
  }

  isTaskId(sourceTaskId: string): boolean {
    return isVcfTaskId(sourceTaskId);
  }

  estimateListCalls(knownCount: number | null): number {
    return knownCount === null ? Infinity : Math.max(1, Math.ceil(knownCount / vcfPageSize)) + 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount + 1;
  }

  list(request: ListRequest): Promise<ListResponse> {
    return this.#lists.readComplete(request);
  }

  refresh(request: RefreshRequest): Promise<RefreshResponse> {
    return this.#lists.refresh(request);
  }

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadResults> {
    if (ids.length === 0) return new Map();
    const credentials = readCredentialsList(this.#client, request.signal);
    return readEach(ids, (id) => this.#readOne(id, credentials, request));
  }

  payloadToKeep(task: TranslatedTask): JsonObject {
    return selectActionPayload(task.payload);
  }

  async #readOne(id: string, credentials: Promise<CredentialsList>, request: ReadRequest): Promise<UntranslatedTask | null> {
    if (!isVcfTaskId(id)) return null;
    const task = await this.#client.task(id, request.signal);
    const list = await credentials;
    if (list.kind === 'read') {
      const credentialsTask = list.listed.byId.get(id) ?? null;
      // A task is gone only when neither list has it.
      return task === null && credentialsTask === null ? null : buildUntranslatedVcfTask(this.name, id, task, credentialsTask);
    }
    if (task === null) throw list.error;
    const { credentialsTask } = splitPayload(request.cachedTask(id)?.payload);
    return buildUntranslatedVcfTask(this.name, id, task, credentialsTask === null ? null : toElement(id, credentialsTask));
  }
}
