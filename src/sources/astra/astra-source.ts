import { mapConcurrent } from '../../lib/map-concurrent.js';
import type { ActionCommand, ActionResponse, TaskActionBlocker, TaskActionKind } from '../../model/action.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceCircuit } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceConnection } from '../../upstream/connections.js';
import type { SourceModule } from '../source-module.js';
import type { ListRequest, ListResponse, ReadRequest, Source, UntranslatedTask } from '../source.js';
import { AstraClient } from './client.js';
import { type AstraSettings, astraSettings } from './settings.js';
import { AstraSimulator } from './simulator/astra-simulator.js';
import { readAstraTaskList } from './task-list.js';
import { buildUntranslatedAstraTask } from './task.js';
import { AstraLabel, AstraStateTransition, AstraTask, AstraWarning } from './types.js';
import { type AstraWireItem, isAstraTaskId, isSameUuid, parseAstraTask } from './wire.js';

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

/** Requests for single tasks that run at the same time. */
const maxConcurrentReads = 8;

/** One Astra Control account. Its tasks can be read and nothing else. */
export class AstraSource implements Source {
  readonly name: string;
  readonly kind = 'ASTRA';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities = { list: true, retry: false, cancel: false, subtasks: true, progress: true };
  /** Details and labels of a finished task may still come. */
  readonly finishedTasksChange = true;
  readonly isTaskId = isAstraTaskId;
  readonly #connection: SourceConnection;
  readonly #client: AstraClient;

  constructor(connection: SourceConnection, settings: AstraSettings) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.#connection = connection;
    this.#client = new AstraClient(connection, settings);
  }

  estimateListCalls(): number {
    return 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ListRequest): Promise<ListResponse> {
    const { items, ...answer } = await readAstraTaskList(this.#client, {}, this.#connection, signal);
    return { ...answer, tasks: items.map((item) => buildUntranslatedAstraTask(this.name, item)), unchanged: [] };
  }

  async read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadonlyMap<string, UntranslatedTask | SourceProblemError | null>> {
    return new Map(await mapConcurrent(new Set(ids), maxConcurrentReads, async (id) => [id, await this.#readOne(id, signal)] as const));
  }

  async readChildren(parentId: string, { signal }: ReadRequest): Promise<readonly UntranslatedTask[]> {
    if (!isAstraTaskId(parentId)) return [];
    const filter = `parentTaskID eq '${parentId}'`;
    const { items } = await readAstraTaskList(this.#client, { filter }, this.#connection, signal);
    return items
      .filter(({ task }) => task.parentTaskID != null && isSameUuid(task.parentTaskID, parentId))
      .toSorted(compareOrderHints)
      .map((item) => buildUntranslatedAstraTask(this.name, item));
  }

  /** Nothing acts on its tasks. */
  payloadToKeep(): JsonObject {
    return {};
  }

  describeEffect(): null {
    return null;
  }

  findBlockers({ action }: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[] {
    return unsupportedByAstra(action, task);
  }

  async act(): Promise<ActionResponse> {
    const { problem } = new SourceProblemError('OTHER', 'The Astra task API has no such call; nothing was sent.');
    return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null };
  }

  circuit(): TaskSourceCircuit {
    return this.#client.circuit();
  }

  circuitOpenForMs(): number {
    return this.#client.circuitOpenForMs();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #readOne(id: string, signal: AbortSignal): Promise<UntranslatedTask | SourceProblemError | null> {
    if (!isAstraTaskId(id)) return null;
    try {
      const answer = await this.#client.get(id, signal);
      if (answer === null) return null;
      const item = parseAstraTask(answer.item);
      if (item !== null && isSameUuid(item.task.id, id)) return buildUntranslatedAstraTask(this.name, item);
      return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something else than the task that was asked for.');
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  }
}

/** As the plane describes it: from small to large; those without one come last, ties by id. */
function compareOrderHints({ task: one }: AstraWireItem, { task: other }: AstraWireItem): number {
  const [left, right] = [one.orderHint ?? Infinity, other.orderHint ?? Infinity];
  if (left !== right) return left < right ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Why no action is ever possible here, and what to do at the plane instead. */
export function unsupportedByAstra(action: TaskActionKind, task: TranslatedTask): readonly TaskActionBlocker[] {
  const message = action === 'RETRY' ? retryMessage : `${cancelMessage} ${stopHints.get(task.resources[0]?.type ?? '') ?? defaultStopHint}`;
  return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message }];
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
