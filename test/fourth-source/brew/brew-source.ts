import type { ActionAnswer } from '../../../src/task/act/action-answer.js';
import type { ActionCommand } from '../../../src/task/act/action-command.js';
import type { TaskActionBlocker } from '../../../src/task/act/blocker.js';
import { SourceProblemError } from '../../../src/task/error/source-problem-error.js';
import { inOrder } from '../../../src/task/in-order.js';
import type { Translated } from '../../../src/task/model/translated.js';
import type { TaskSourceCircuit } from '../../../src/task/source/circuit.js';
import { fingerprintOf } from '../../../src/task/source/fingerprint-of.js';
import type { Reading } from '../../../src/task/source/reading.js';
import type { ListAnswer, ReadRequest, Source } from '../../../src/task/source/source.js';
import type { SourceConnection } from '../../../src/task/source/source-module.js';
import { classify } from '../../../src/upstream/classify.js';
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

  isTaskId(localId: string): boolean {
    return brewIdForm.test(localId);
  }

  callsToList(): number {
    return 1;
  }

  callsToRead(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ReadRequest): Promise<ListAnswer> {
    const all = await this.#client.list(signal);
    const items = all.slice(0, this.#maxItems).map(readBrew);
    const readable = items.filter((item) => item !== null);
    return {
      readings: readable.map((item) => this.#readingOf(item)),
      unchanged: [],
      malformedCount: items.length - readable.length,
      isComplete: all.length <= this.#maxItems,
      problem: null,
    };
  }

  async read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadonlyMap<string, Reading | SourceProblemError | null>> {
    return new Map(await inOrder(new Set(ids), readsAtOnce, async (id) => [id, await this.#readOne(id, signal)] as const));
  }

  effectOf({ action }: ActionCommand): string | null {
    return action === 'RETRY' ? 'The machine brews it again.' : null;
  }

  blockersOf({ action }: ActionCommand, { status }: Translated): readonly TaskActionBlocker[] {
    return blockersOf(action, status);
  }

  async act(_command: ActionCommand, { sourceTaskId }: Translated, signal: AbortSignal): Promise<ActionAnswer> {
    return classify(await this.#client.again(sourceTaskId, signal), errorBodyOf);
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

  /** An error costs this id alone. */
  async #readOne(id: string, signal: AbortSignal): Promise<Reading | SourceProblemError | null> {
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

  #readingOf(item: BrewItem): Reading {
    return { sourceTaskId: item.brew.id, fingerprint: fingerprintOf(item.payload), translate: () => translate(this.name, item) };
  }
}
