import type { ActionCommand } from '../../model/action.js';
import type { TranslatedTask } from '../../model/task.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
import { UpstreamClient } from '../../upstream/upstream.js';
import type { SourceModule } from '../source-module.js';
import {
  createReadOnlyActions,
  type ListRequest,
  type ListResponse,
  type ReadRequest,
  type ReadResult,
  type ReadResults,
  type Source,
} from '../source.js';
import { CatalogClient, createCatalogTokenProvider } from './client.js';
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
  create: (common, settings) => new CatalogSource(common, settings),
  createWithToken: (common, settings, token) => new CatalogSource(common, { ...settings, credentials: { token } }),
  demo: [{ name: 'catalog-demo', displayName: 'Catalog demo zone' }],
  simulate: (options) => CatalogSimulator.start(options),
};

/** One zone of a catalog. It cannot list, so it reads the tracked tasks by id. */
class CatalogSource implements Source {
  readonly name: string;
  readonly kind = 'CATALOG';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities = { list: false, retry: false, cancel: false, subtasks: false, progress: false };
  readonly finishedTasksChange = false;
  readonly initialTaskIds: readonly string[];
  readonly actions = createReadOnlyActions(explainUnsupported);
  readonly upstream: UpstreamClient;
  readonly #maxItems: number;
  readonly #reader: CatalogTaskReader;

  constructor(common: SourceSettings, settings: CatalogSettings) {
    this.name = common.name;
    this.displayName = common.displayName;
    this.timeoutMs = common.transport.timeoutMs;
    this.initialTaskIds = settings.tasks;
    this.upstream = new UpstreamClient(common);
    this.#maxItems = common.listLimits.maxItems;
    const tokens = createCatalogTokenProvider(this.upstream, settings.credentials, common);
    this.#reader = new CatalogTaskReader(common, new CatalogClient(this.upstream, common.transport.url, settings.zoneId, tokens));
  }

  isTaskId(sourceTaskId: string): boolean {
    return catalogTaskIdPattern.test(sourceTaskId);
  }

  /** Infinite, so that a read is never replaced by a list: a list reads by id too, and tracked tasks alone. */
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

  async read(ids: readonly string[], request: ReadRequest): Promise<ReadResults> {
    const results = await this.#reader.readTasks(
      ids.filter((id) => this.isTaskId(id)),
      request,
    );
    return new Map(ids.map((id) => [id, toReadResult(results.get(id))]));
  }
}

/** Undefined: the id has a form that the plane never issues, so it was not asked for it. */
function toReadResult(result: CatalogReadResult | undefined): ReadResult {
  if (result === undefined || result.kind === 'notFound') return null;
  return result.kind === 'found' ? result.task : result.error;
}

/** Why the catalog cannot do an action, and what can be done there instead. */
function explainUnsupported({ action }: ActionCommand, { operation }: TranslatedTask): string {
  const isDelete = operation === 'delete';
  if (action === 'RETRY') {
    const instead = isDelete ? 'delete the install again' : 'install the package again';
    return `The catalog has no call to retry a task; ${instead} at the catalog, which starts a new task.`;
  }
  const instead = isDelete ? 'install the package again' : 'delete the install';
  return `The catalog has no call to cancel a task; when it has finished, ${instead} at the catalog to undo it.`;
}
