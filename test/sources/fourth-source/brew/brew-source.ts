import type { ActionResponse, ActionCommand, TaskActionBlocker } from '../../../../src/model/action.js';
import { SourceProblemError } from '../../../../src/model/source-problem.js';
import { mapConcurrent } from '../../../../src/lib/map-concurrent.js';
import type { TranslatedTask } from '../../../../src/model/task.js';
import type { TaskSourceCircuit } from '../../../../src/model/source-health.js';
import {
  computeFingerprint,
  type UntranslatedTask,
  type ListResponse,
  type ReadRequest,
  type Source,
} from '../../../../src/sources/source.js';
import type { SourceConnection } from '../../../../src/upstream/connections.js';
import { classifyDelivery } from '../../../../src/upstream/action-delivery.js';
import { blockersOf } from './blockers.js';
import { BrewClient } from './client.js';
import { errorBodyOf } from './error-body.js';
import type { BrewSettings } from './settings.js';
import { translate } from './task.js';
import { type BrewItem, brewIdForm, readBrew } from './wire.js';

/** Requests for single brews that run at the same time. */
const readsAtOnce = 4;

/** One coffee machine: a list, single brews, retry and no cancel. */
export class BrewSource implements Source {
  readonly name: string;
  readonly kind = 'BREW';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities;
  readonly finishedTasksChange = true;
  readonly #maxItems: number;
  readonly #client: BrewClient;

  constructor(connection: SourceConnection, settings: BrewSettings) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.capabilities = { list: true, retry: connection.actions.retry, cancel: false, subtasks: false, progress: false };
    this.#maxItems = connection.maxItems === 0 ? Infinity : connection.maxItems;
    this.#client = new BrewClient(connection, settings);
  }

  isTaskId(sourceTaskId: string): boolean {
    return brewIdForm.test(sourceTaskId);
  }

  estimateListCalls(): number {
    return 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ReadRequest): Promise<ListResponse> {
    const all = await this.#client.list(signal);
    const items = all.slice(0, this.#maxItems).map(readBrew);
    const readable = items.filter((item) => item !== null);
    return {
      tasks: readable.map((item) => this.#readingOf(item)),
      unchanged: [],
      malformedCount: items.length - readable.length,
      isComplete: all.length <= this.#maxItems,
      problem: null,
    };
  }

  async read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadonlyMap<string, UntranslatedTask | SourceProblemError | null>> {
    return new Map(await mapConcurrent(new Set(ids), readsAtOnce, async (id) => [id, await this.#readOne(id, signal)] as const));
  }

  describeEffect({ action }: ActionCommand): string | null {
    return action === 'RETRY' ? 'The machine brews it again.' : null;
  }

  findBlockers({ action }: ActionCommand, { status }: TranslatedTask): readonly TaskActionBlocker[] {
    return blockersOf(action, status);
  }

  async act(_command: ActionCommand, { sourceTaskId }: TranslatedTask, signal: AbortSignal): Promise<ActionResponse> {
    return classifyDelivery(await this.#client.again(sourceTaskId, signal), errorBodyOf);
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

  /** An error costs this id alone. */
  async #readOne(id: string, signal: AbortSignal): Promise<UntranslatedTask | SourceProblemError | null> {
    if (!this.isTaskId(id)) return null;
    try {
      const answer = await this.#client.get(id, signal);
      if (answer === null) return null;
      const item = readBrew(answer.item);
      if (item?.brew.id === id) return this.#readingOf(item);
      return new SourceProblemError('MALFORMED_RESPONSE', 'The machine sent something else than the brew that was asked for.');
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  }

  #readingOf(item: BrewItem): UntranslatedTask {
    return { sourceTaskId: item.brew.id, fingerprint: computeFingerprint(item.payload), translate: () => translate(this.name, item) };
  }
}
