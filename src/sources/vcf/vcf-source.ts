import { mapConcurrent } from '../../lib/map-concurrent.js';
import type { ActionCommand, ActionResponse, TaskActionBlocker } from '../../model/action.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceCircuit } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskSourceCapabilities } from '../../model/task-source.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceConnection } from '../../upstream/connections.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import type { SourceModule } from '../source-module.js';
import type { ListRequest, ListResponse, ReadRequest, RefreshRequest, RefreshResponse, Source, UntranslatedTask } from '../source.js';
import { VcfSession } from './authentication.js';
import { VcfClient } from './client.js';
import { type CredentialsList, listCredentialsTasks } from './lists/join-lists.js';
import { vcfPageSize } from './lists/list-pages.js';
import { VcfLists } from './lists/vcf-lists.js';
import { selectActionPayload, splitPayload } from './payload.js';
import { RetryVcfCredentialsTaskResolver } from './retry-credentials-mutation.js';
import { type VcfCredentials, type VcfSettings, vcfSettings } from './settings.js';
import { VcfSimulator } from './simulator/vcf-simulator.js';
import { describeVcfEffect, findVcfBlockers, sendVcfAction } from './task-actions.js';
import { buildUntranslatedVcfTask } from './task.js';
import { VcfCredentialsOperation, VcfCredentialsSubtask, VcfStage, VcfSubtask, VcfTask, VcfWarning } from './types.js';
import { isVcfTaskId } from './wire.js';

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

/** One SDDC Manager. */
export class VcfSource implements Source {
  readonly kind = 'VCF';
  readonly name: string;
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  /** A retry starts a finished task again, whoever asks for it. */
  readonly finishedTasksChange = true;
  readonly #upstream: Upstream;
  readonly #client: VcfClient;
  readonly #lists: VcfLists;

  constructor(connection: SourceConnection, { credentials }: { readonly credentials: VcfCredentials }) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.capabilities = { list: true, retry: connection.actions.retry, cancel: connection.actions.cancel, subtasks: true, progress: true };
    this.#upstream = createUpstream(connection);
    this.#client = new VcfClient(new VcfSession(this.#upstream, credentials, connection));
    this.#lists = new VcfLists(this.#client, this.name, connection);
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
    return this.#lists.readWhole(request);
  }

  refresh(request: RefreshRequest): Promise<RefreshResponse> {
    return this.#lists.refresh(request);
  }

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, UntranslatedTask | SourceProblemError | null>> {
    if (ids.length === 0) return new Map();
    const credentials = listCredentialsTasks(this.#client, request.signal);
    return new Map(
      await mapConcurrent(new Set(ids), maxConcurrentReads, async (id) => [id, await this.#readOne(id, credentials, request)] as const),
    );
  }

  payloadToKeep(task: TranslatedTask): JsonObject {
    return selectActionPayload(task.payload);
  }

  describeEffect(command: ActionCommand, task: TranslatedTask): string {
    return describeVcfEffect(command, task);
  }

  findBlockers(command: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[] {
    return findVcfBlockers(command, task);
  }

  act(command: ActionCommand, task: TranslatedTask, signal: AbortSignal): Promise<ActionResponse> {
    return sendVcfAction(this.#client, command, task, signal);
  }

  circuit(): TaskSourceCircuit {
    return this.#upstream.circuit();
  }

  circuitOpenForMs(): number {
    return this.#upstream.circuitOpenForMs();
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  async #readOne(
    id: string,
    credentials: Promise<CredentialsList>,
    request: ReadRequest,
  ): Promise<UntranslatedTask | SourceProblemError | null> {
    if (!isVcfTaskId(id)) return null;
    try {
      const task = await this.#client.task(id, request.signal);
      const list = await credentials;
      const credentialsTask = list.isKnown
        ? (list.collected.tasks.get(id) ?? null)
        : splitPayload(request.cachedTask(id)?.payload).credentialsTask;
      if (task !== null || (list.isKnown && credentialsTask !== null))
        return buildUntranslatedVcfTask(this.name, id, { task, credentialsTask });
      // Only both lists together say that a task is gone.
      return list.isKnown ? null : list.error;
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  }
}

/** At most so many tasks are asked for at a time. */
const maxConcurrentReads = 8;
