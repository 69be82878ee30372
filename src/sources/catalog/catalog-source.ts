import type { ActionCommand, ActionResponse, TaskActionBlocker, TaskActionKind } from '../../model/action.js';
import type { TaskSourceCircuit } from '../../model/source-health.js';
import type { SourceProblemError } from '../../model/source-problem.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceConnection } from '../../upstream/connections.js';
import { createUpstream, type Upstream } from '../../upstream/upstream.js';
import type { SourceModule } from '../source-module.js';
import type { ListRequest, ListResponse, ReadRequest, Source, UntranslatedTask } from '../source.js';
import { createCatalogTokenProvider } from './authentication.js';
import { CatalogClient } from './client.js';
import { buildCatalogList, CatalogTaskReader, partitionTrackedIds } from './read-tasks.js';
import { catalogSettings, type CatalogSettings } from './settings.js';
import { CatalogSimulator } from './simulator/catalog-simulator.js';
import type { CatalogReadResult } from './task.js';
import { CatalogLink, CatalogTask, CatalogWarning, CatalogWarningDetail } from './types.js';
import { catalogTaskIdPattern } from './wire.js';

/** The package catalog of Keycard: installs and removals in one zone. */
export const catalog: SourceModule<CatalogSettings> = {
  kind: 'catalog',
  description: 'Tasks of the Keycard package catalog.',
  settings: catalogSettings,
  objectTypes: [CatalogTask, CatalogLink, CatalogWarning, CatalogWarningDetail],
  warningTypes: ['CatalogWarning'],
  subtaskTypes: [],
  resolvers: [],
  create: (connection, settings) => new CatalogSource(connection, settings),
  createWithToken: (connection, settings, token) => new CatalogSource(connection, { ...settings, credentials: { token } }),
  demo: [{ name: 'catalog-demo', displayName: 'Catalog demo zone' }],
  simulate: (options) => CatalogSimulator.start(options),
};

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
  readonly #reader: CatalogTaskReader;

  constructor(connection: SourceConnection, settings: CatalogSettings) {
    this.name = connection.name;
    this.displayName = connection.displayName;
    this.timeoutMs = connection.timeoutMs;
    this.#maxItems = connection.maxItems;
    this.initialTaskIds = settings.tasks;
    this.#upstream = createUpstream(connection);
    const authorization = createCatalogTokenProvider(this.#upstream, settings.credentials, connection);
    this.#reader = new CatalogTaskReader(connection, new CatalogClient(this.#upstream, settings.zoneId, authorization));
  }

  isTaskId(sourceTaskId: string): boolean {
    return catalogTaskIdPattern.test(sourceTaskId);
  }

  /** A list is read by id and holds tracked tasks alone: it never answers for others, nor for fewer calls. */
  estimateListCalls(): number {
    return Infinity;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list(request: ListRequest): Promise<ListResponse> {
    const ids = [...new Set(request.trackedIds)].filter((id) => this.isTaskId(id));
    const tracked = partitionTrackedIds(ids, request, this.#maxItems);
    return buildCatalogList(tracked, await this.#reader.readTasks(tracked.unfinished, request), request);
  }

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, UntranslatedTask | SourceProblemError | null>> {
    const answers = await this.#reader.readTasks(
      ids.filter((id) => this.isTaskId(id)),
      request,
    );
    return new Map(ids.map((id) => [id, toReadOutcome(answers.get(id))]));
  }

  describeEffect(): null {
    return null;
  }

  findBlockers({ action }: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[] {
    return unsupportedByCatalog(action, task.operation);
  }

  /** Never called: there is always a blocker. */
  act({ action }: ActionCommand, task: TranslatedTask): Promise<ActionResponse> {
    const [{ message }] = unsupportedByCatalog(action, task.operation);
    const problem = { kind: 'OTHER', message, httpStatus: null, referenceToken: null } as const;
    return Promise.resolve({ outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null });
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
}

/** An id that could be none at the plane was not asked for: the plane does not have it. */
function toReadOutcome(answer: CatalogReadResult | undefined): UntranslatedTask | SourceProblemError | null {
  if (answer === undefined || answer.phase === 'absent') return null;
  return answer.phase === 'found' ? answer.reading : answer.error;
}

/** Why the catalog cannot do an action, and what can be done there instead. */
export function unsupportedByCatalog(action: TaskActionKind, operation: string | null): readonly [TaskActionBlocker] {
  return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: action === 'RETRY' ? retryMessage(operation) : cancelMessage(operation) }];
}

function retryMessage(operation: string | null): string {
  const instead = operation === 'delete' ? 'delete the install again' : 'install the package again';
  return `The catalog has no call to retry a task; ${instead} at the catalog, which starts a new task.`;
}

function cancelMessage(operation: string | null): string {
  const instead = operation === 'delete' ? 'install the package again' : 'delete the install';
  return `The catalog has no call to cancel a task; when it has finished, ${instead} at the catalog to undo it.`;
}
