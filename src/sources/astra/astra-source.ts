import type { ActionAnswer } from '../../task/act/action-answer.js';
import type { ActionCommand } from '../../task/act/action-command.js';
import type { TaskActionBlocker } from '../../task/act/blocker.js';
import { SourceProblemError } from '../../task/error/source-problem-error.js';
import { inOrder } from '../../task/in-order.js';
import type { Translated } from '../../task/model/translated.js';
import type { TaskSourceCircuit } from '../../task/source/circuit.js';
import type { JsonObject } from '../../task/scalars/json-object.js';
import type { Reading } from '../../task/source/reading.js';
import type { ListAnswer, ListRequest, ReadRequest, Source } from '../../task/source/source.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import { blockersOf } from './blockers.js';
import { AstraClient } from './client.js';
import { readingOf } from './reading.js';
import type { AstraSettings } from './settings.js';
import { isSameId, isTaskId } from './task-id.js';
import { readTaskList } from './task-list.js';
import { readTask, type WireItem } from './wire.js';

/** Requests for single tasks that run at the same time. */
const readsAtOnce = 8;

/** One Astra Control account. Its tasks can be read and nothing else. */
export class AstraSource implements Source {
  readonly name: string;
  readonly kind = 'ASTRA';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities = { list: true, retry: false, cancel: false, subtasks: true, progress: true };
  /** Details and labels of a finished task may still come. */
  readonly finishedTasksChange = true;
  readonly isTaskId = isTaskId;
  readonly #connection: SourceConnection;
  readonly #client: AstraClient;

  constructor(connection: SourceConnection, settings: AstraSettings) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.#connection = connection;
    this.#client = new AstraClient(connection, settings);
  }

  callsToList(): number {
    return 1;
  }

  callsToRead(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ListRequest): Promise<ListAnswer> {
    const { items, ...answer } = await readTaskList(this.#client, {}, this.#connection, signal);
    return { ...answer, readings: items.map((item) => readingOf(this.name, item)), unchanged: [] };
  }

  async read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadonlyMap<string, Reading | SourceProblemError | null>> {
    return new Map(await inOrder(new Set(ids), readsAtOnce, async (id) => [id, await this.#readOne(id, signal)] as const));
  }

  async readChildren(parentId: string, { signal }: ReadRequest): Promise<readonly Reading[]> {
    if (!isTaskId(parentId)) return [];
    const filter = `parentTaskID eq '${parentId}'`;
    const { items } = await readTaskList(this.#client, { filter }, this.#connection, signal);
    return items
      .filter(({ task }) => task.parentTaskID != null && isSameId(task.parentTaskID, parentId))
      .toSorted(byOrderHint)
      .map((item) => readingOf(this.name, item));
  }

  /** Nothing acts on its tasks. */
  payloadToKeep(): JsonObject {
    return {};
  }

  effectOf(): null {
    return null;
  }

  blockersOf({ action }: ActionCommand, task: Translated): readonly TaskActionBlocker[] {
    return blockersOf(action, task);
  }

  async act(): Promise<ActionAnswer> {
    const { problem } = new SourceProblemError('OTHER', 'The Astra task API has no such call; nothing was sent.');
    return { outcome: 'REJECTED', because: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null };
  }

  circuit(): TaskSourceCircuit {
    return this.#client.circuit();
  }

  notAskedForMs(): number {
    return this.#client.notAskedForMs();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #readOne(id: string, signal: AbortSignal): Promise<Reading | SourceProblemError | null> {
    if (!isTaskId(id)) return null;
    try {
      const answer = await this.#client.get(id, signal);
      if (answer === null) return null;
      const item = readTask(answer.item);
      if (item !== null && isSameId(item.task.id, id)) return readingOf(this.name, item);
      return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something else than the task that was asked for.');
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  }
}

/** As the plane describes it: from small to large; those without one come last, ties by id. */
function byOrderHint({ task: one }: WireItem, { task: other }: WireItem): number {
  const [left, right] = [one.orderHint ?? Infinity, other.orderHint ?? Infinity];
  if (left !== right) return left < right ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
