import type { ActionCommand } from '../../model/action.js';
import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
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
import { AstraClient, AstraTaskLists } from './client.js';
import { type AstraSettings, astraSettings } from './settings.js';
import { AstraSimulator } from './simulator/astra-simulator.js';
import type { UntranslatedAstraTask } from './task.js';
import { AstraLabel, AstraStateTransition, AstraTask, AstraWarning } from './types.js';
import { isAstraTaskId, isSameUuid } from './wire.js';

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
  readonly #client: AstraClient;
  readonly #lists: AstraTaskLists;

  constructor(common: SourceSettings, settings: AstraSettings) {
    this.name = common.name;
    this.displayName = common.displayName;
    this.timeoutMs = common.transport.timeoutMs;
    this.upstream = new UpstreamClient(common);
    this.#client = new AstraClient(this.upstream, settings, this.name, common.listLimits.maxItems);
    this.#lists = new AstraTaskLists(this.#client, { ...common.listLimits, timeoutMs: this.timeoutMs });
  }

  estimateListCalls(): number {
    return 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ListRequest): Promise<ListResponse> {
    return { ...(await this.#lists.read({}, signal)), unchangedIds: [], unreadIds: [] };
  }

  read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadResults> {
    return readEach(ids, (id) => this.#readOne(id, signal));
  }

  async readChildren(parentId: string, { signal }: ReadRequest): Promise<readonly UntranslatedTask[]> {
    if (!isAstraTaskId(parentId)) return [];
    const filter = `parentTaskID eq '${parentId}'`;
    const { tasks, problem } = await this.#lists.read({ filter }, signal);
    // A list can say that it is not complete; these cannot.
    if (problem !== null) throw new SourceProblemError(problem.kind, problem.message, problem);
    return tasks.filter((task) => task.parentTaskId !== null && isSameUuid(task.parentTaskId, parentId)).toSorted(compareOrderHints);
  }

  /** There are no actions, so they need nothing of it. */
  payloadToKeep(): JsonObject {
    return nothing;
  }

  async #readOne(id: string, signal: AbortSignal): Promise<UntranslatedTask | null> {
    return isAstraTaskId(id) ? this.#client.get(id, signal) : null;
  }
}

/** One for all tasks, of which there are many. */
const nothing: JsonObject = Object.freeze({});

/** As the plane documents it: ascending; tasks without a hint come last, ties by id. */
function compareOrderHints(a: UntranslatedAstraTask, b: UntranslatedAstraTask): number {
  const [left, right] = [a.orderHint ?? Infinity, b.orderHint ?? Infinity];
  if (left !== right) return left < right ? -1 : 1;
  return a.sourceTaskId < b.sourceTaskId ? -1 : a.sourceTaskId > b.sourceTaskId ? 1 : 0;
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
