import type { ActionAnswer } from '../../task/act/action-answer.js';
import type { ActionCommand } from '../../task/act/action-command.js';
import type { TaskActionBlocker } from '../../task/act/blocker.js';
import { SourceProblemError } from '../../task/error/source-problem-error.js';
import { inOrder } from '../../task/in-order.js';
import type { Translated } from '../../task/model/translated.js';
import type { JsonObject } from '../../task/scalars/json-object.js';
import type { TaskSourceCapabilities } from '../../task/source/capabilities.js';
import type { TaskSourceCircuit } from '../../task/source/circuit.js';
import type { Reading } from '../../task/source/reading.js';
import type { ListAnswer, ListRequest, ReadRequest, Refreshed, RefreshRequest, Source } from '../../task/source/source.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import { act } from './actions/act.js';
import { Authorization } from './session/authorization.js';
import { blockersOf } from './actions/blockers.js';
import { VcfClient } from './client.js';
import { type CredentialsList, listCredentialsTasks } from './lists/credentials-list.js';
import { effectOf } from './actions/effect.js';
import { pageSize } from './lists/page-walk.js';
import { partsOf, payloadToAct } from './translation/payload.js';
import { readingOf } from './lists/reading.js';
import type { VcfCredentials } from './settings.js';
import { isVcfTaskId } from './task-id.js';
import { VcfLists } from './lists/vcf-lists.js';

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
    this.#client = new VcfClient(new Authorization(this.#upstream, credentials, connection));
    this.#lists = new VcfLists(this.#client, this.name, connection);
  }

  isTaskId(localId: string): boolean {
    return isVcfTaskId(localId);
  }

  callsToList(knownCount: number | null): number {
    return knownCount === null ? Infinity : Math.max(1, Math.ceil(knownCount / pageSize)) + 1;
  }

  callsToRead(idCount: number): number {
    return idCount + 1;
  }

  list(request: ListRequest): Promise<ListAnswer> {
    return this.#lists.whole(request);
  }

  refresh(request: RefreshRequest): Promise<Refreshed> {
    return this.#lists.refresh(request);
  }

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, Reading | SourceProblemError | null>> {
    if (ids.length === 0) return new Map();
    const credentials = listCredentialsTasks(this.#client, request.signal);
    return new Map(await inOrder(new Set(ids), readsAtOnce, async (id) => [id, await this.#readOne(id, credentials, request)] as const));
  }

  payloadToKeep(task: Translated): JsonObject {
    return payloadToAct(task.payload);
  }

  effectOf(command: ActionCommand, task: Translated): string {
    return effectOf(command, task);
  }

  blockersOf(command: ActionCommand, task: Translated): readonly TaskActionBlocker[] {
    return blockersOf(command, task);
  }

  act(command: ActionCommand, task: Translated, signal: AbortSignal): Promise<ActionAnswer> {
    return act(this.#client, command, task, signal);
  }

  circuit(): TaskSourceCircuit {
    return this.#upstream.circuit();
  }

  notAskedForMs(): number {
    return this.#upstream.notAskedForMs();
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  async #readOne(id: string, credentials: Promise<CredentialsList>, request: ReadRequest): Promise<Reading | SourceProblemError | null> {
    if (!isVcfTaskId(id)) return null;
    try {
      const task = await this.#client.task(id, request.signal);
      const list = await credentials;
      const credentialsTask = list.isKnown ? (list.collected.tasks.get(id) ?? null) : partsOf(request.known(id)?.payload).credentialsTask;
      if (task !== null || (list.isKnown && credentialsTask !== null)) return readingOf(this.name, id, { task, credentialsTask });
      // Only both lists together say that a task is gone.
      return list.isKnown ? null : list.error;
    } catch (error) {
      if (error instanceof SourceProblemError) return error;
      throw error;
    }
  }
}

/** At most so many tasks are asked for at a time. */
const readsAtOnce = 8;
