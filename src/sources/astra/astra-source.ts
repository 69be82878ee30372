import type { ActionCommand } from '../../model/action.js';
import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TranslatedTask } from '../../model/task.js';
import type { ListLimits, SourceSettings } from '../../upstream/source-settings.js';
import { UpstreamClient } from '../../upstream/upstream.js';
import type { SourceModule } from '../source-module.js';
import {
  createReadOnlyActions,
  type ListRequest,
  type ListResponse,
  readEach,
  type ReadRequest,
  type ReadResults,
  type Source,
  type UntranslatedTask,
} from '../source.js';
import { AstraClient, readAstraTaskList } from './client.js';
import { type AstraSettings, astraSettings } from './settings.js';
import { AstraSimulator } from './simulator/astra-simulator.js';
import { buildUntranslatedAstraTask } from './task.js';
import { AstraLabel, AstraStateTransition, AstraTask, AstraWarning } from './types.js';
import { type AstraWireItem, isAstraTaskId, isSameUuid, parseAstraTask } from './wire.js';

/** NetApp Astra Control: the tasks of one account, read from `core/v1/tasks`. */
export const astra: SourceModule<AstraSettings> = {
  kind: 'astra',
  description: 'Tasks of NetApp Astra Control.',
  settings: astraSettings,
  objectTypes: [AstraTask, AstraWarning, AstraStateTransition, AstraLabel],
  warningTypes: ['AstraWarning'],
  subtaskTypes: ['AstraTask'],
  resolvers: [],
  create: (common, settings) => new AstraSource(common, settings),
  createWithToken: (common, settings, token) => new AstraSource(common, { ...settings, credentials: { token } }),
  demo: [{ name: 'astra-demo', displayName: 'Astra demo account' }],
  simulate: (options) => AstraSimulator.start(options),
};

/** One Astra Control account. Its tasks are read-only. */
class AstraSource implements Source {
  readonly name: string;
  readonly kind = 'ASTRA';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities = { list: true, retry: false, cancel: false, subtasks: true, progress: true };
  /** Details and labels may be added to a finished task. */
  readonly finishedTasksChange = true;
  readonly isTaskId = isAstraTaskId;
  readonly actions = createReadOnlyActions(explainUnsupported);
  readonly upstream: UpstreamClient;
  readonly #listLimits: ListLimits;
  readonly #client: AstraClient;

  constructor(common: SourceSettings, settings: AstraSettings) {
    this.name = common.name;
    this.displayName = common.displayName;
    this.timeoutMs = common.transport.timeoutMs;
    this.upstream = new UpstreamClient(common);
    this.#listLimits = common.listLimits;
    this.#client = new AstraClient(this.upstream, settings);
  }

  estimateListCalls(): number {
    return 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ListRequest): Promise<ListResponse> {
    const { items, ...rest } = await readAstraTaskList(this.#client, {}, this.#listLimits, signal);
    return { ...rest, tasks: items.map((item) => buildUntranslatedAstraTask(this.name, item)), unchangedIds: [], unreadIds: [] };
  }

  read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadResults> {
    return readEach(ids, (id) => this.#readOne(id, signal));
  }

  async readChildren(parentId: string, { signal }: ReadRequest): Promise<readonly UntranslatedTask[]> {
    if (!isAstraTaskId(parentId)) return [];
    const filter = `parentTaskID eq '${parentId}'`;
    const { items } = await readAstraTaskList(this.#client, { filter }, this.#listLimits, signal);
    return items
      .filter(({ task }) => task.parentTaskID != null && isSameUuid(task.parentTaskID, parentId))
      .toSorted(compareOrderHints)
      .map((item) => buildUntranslatedAstraTask(this.name, item));
  }

  /** There are no actions, so they need nothing of it. */
  payloadToKeep(): JsonObject {
    return {};
  }

  async #readOne(id: string, signal: AbortSignal): Promise<UntranslatedTask | null> {
    if (!isAstraTaskId(id)) return null;
    const response = await this.#client.get(id, signal);
    if (response === null) return null;
    const item = parseAstraTask(response.item);
    if (item !== null && isSameUuid(item.task.id, id)) return buildUntranslatedAstraTask(this.name, item);
    throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something else than the task that was asked for.');
  }
}

/** As the plane documents it: ascending; tasks without a hint come last, ties by id. */
function compareOrderHints({ task: a }: AstraWireItem, { task: b }: AstraWireItem): number {
  const [left, right] = [a.orderHint ?? Infinity, b.orderHint ?? Infinity];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Why Astra Control cannot do an action, and what to do there instead. */
function explainUnsupported({ action }: ActionCommand, { resources }: TranslatedTask): string {
  return action === 'RETRY' ? retryMessage : `${cancelMessage} ${stopHints.get(resources[0]?.type ?? '') ?? defaultStopHint}`;
}

const retryMessage =
  'The Astra task API is read-only and has no call to retry a task. Begin the operation again at the plane; that makes a new task.';

const cancelMessage = 'The Astra task API is read-only and has no call to cancel a task.';

/** By the collection of the resource that the task works on. */
const stopHints: ReadonlyMap<string, string> = new Map([
  [
    'appBackups',
    'To stop a backup that is in progress, delete the backup itself at the plane: it is cancelled, then deleted. A pending or immutable one cannot be stopped.',
  ],
]);

const defaultStopHint =
  'Stop the work at the plane, through the resource that it works on; a backup in progress, for example, by deleting it.';
