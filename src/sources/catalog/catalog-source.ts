import type { ActionAnswer } from '../../task/act/action-answer.js';
import type { ActionCommand } from '../../task/act/action-command.js';
import type { TaskActionBlocker } from '../../task/act/blocker.js';
import type { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { Translated } from '../../task/model/translated.js';
import type { Reading } from '../../task/source/reading.js';
import type { TaskSourceCircuit } from '../../task/source/circuit.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import type { ListAnswer, ListRequest, ReadRequest, Source } from '../../task/source/source.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import { createAuthorization } from './authorization.js';
import { blockersOf } from './blockers.js';
import { CatalogClient } from './client.js';
import { listAnswerOf, sortOut } from './list-answer.js';
import type { CatalogSettings } from './settings.js';
import type { TaskAnswer } from './task-answer.js';
import { taskIdForm } from './task-id.js';
import { TaskReader } from './task-reader.js';

/** One zone of a catalog. It cannot list: it reads the tasks that are tracked, by id. */
export class CatalogSource implements Source {
  readonly name: string;
  readonly kind = 'CATALOG';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities = { list: false, retry: false, cancel: false, subtasks: false, progress: false };
  readonly finishedTasksChange = false;
  readonly initialTaskIds: readonly string[];
  readonly #maxItems: number;
  readonly #upstream: Upstream;
  readonly #reader: TaskReader;

  constructor(connection: SourceConnection, settings: CatalogSettings) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.#maxItems = connection.maxItems;
    this.initialTaskIds = settings.tasks;
    this.#upstream = createUpstream(connection);
    const authorization = createAuthorization(this.#upstream, settings.credentials, connection);
    this.#reader = new TaskReader(connection, new CatalogClient(this.#upstream, settings.zoneId, authorization));
  }

  isTaskId(localId: string): boolean {
    return taskIdForm.test(localId);
  }

  /** A list is read by id and holds tracked tasks alone: it never answers for others, nor for fewer calls. */
  callsToList(): number {
    return Infinity;
  }

  callsToRead(idCount: number): number {
    return idCount;
  }

  async list(request: ListRequest): Promise<ListAnswer> {
    const ids = [...new Set(request.trackedIds)].filter((id) => this.isTaskId(id));
    const tracked = sortOut(ids, request, this.#maxItems);
    return listAnswerOf(tracked, await this.#reader.readEach(tracked.open, request), request);
  }

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, Reading | SourceProblemError | null>> {
    const answers = await this.#reader.readEach(
      ids.filter((id) => this.isTaskId(id)),
      request,
    );
    return new Map(ids.map((id) => [id, outcomeOf(answers.get(id))]));
  }

  effectOf(): null {
    return null;
  }

  blockersOf({ action }: ActionCommand, task: Translated): readonly TaskActionBlocker[] {
    return blockersOf(action, task.operation);
  }

  /** Never called: there is always a blocker. */
  act({ action }: ActionCommand, task: Translated): Promise<ActionAnswer> {
    const [{ message }] = blockersOf(action, task.operation);
    const problem = { kind: 'OTHER', message, httpStatus: null, referenceToken: null } as const;
    return Promise.resolve({ outcome: 'REJECTED', because: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null });
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
}

/** An id that could be none at the plane was not asked for: the plane does not have it. */
function outcomeOf(answer: TaskAnswer | undefined): Reading | SourceProblemError | null {
  if (answer === undefined || answer.phase === 'absent') return null;
  return answer.phase === 'found' ? answer.reading : answer.error;
}
