import type { ActionCommand, ActionResponse, TaskActionBlocker } from '../../../../src/model/action.js';
import { SourceProblemError } from '../../../../src/model/source-problem.js';
import type { TranslatedTask } from '../../../../src/model/task.js';
import type { SourceModule } from '../../../../src/sources/source-module.js';
import {
  computeFingerprint,
  type ListResponse,
  readEach,
  type ReadRequest,
  type ReadResults,
  type Source,
  type SourceActions,
  type UntranslatedTask,
} from '../../../../src/sources/source.js';
import type { SourceSettings } from '../../../../src/upstream/source-settings.js';
import { UpstreamClient } from '../../../../src/upstream/upstream.js';
import { BrewClient } from './client.js';
import { type BrewSettings, brewSettings } from './settings.js';
import { BrewSimulator } from './simulator.js';
import { translateBrew } from './task.js';
import { BrewTask, BrewWarning } from './types.js';
import { type BrewItem, brewIdPattern, parseBrew } from './wire.js';

/** Coffee machines: the proof that a further kind of plane is one folder and one line of the registry. */
export const brew: SourceModule<BrewSettings> = {
  kind: 'brew',
  description: 'Coffee machines.',
  settings: brewSettings,
  objectTypes: [BrewTask, BrewWarning],
  warningTypes: ['BrewWarning'],
  subtaskTypes: [],
  resolvers: [],
  create: (common, settings) => new BrewSource(common, settings),
  demo: [{ name: 'brew-demo', displayName: 'Coffee machine of the demo' }],
  simulate: (options) => BrewSimulator.start(options),
};

/** One coffee machine: it lists its brews, reads single ones, and can brew again. */
class BrewSource implements Source {
  readonly name: string;
  readonly kind = 'BREW';
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities;
  readonly finishedTasksChange = true;
  readonly actions: SourceActions;
  readonly upstream: UpstreamClient;
  readonly #maxItems: number;
  readonly #client: BrewClient;

  constructor(common: SourceSettings, settings: BrewSettings) {
    this.name = common.name;
    this.displayName = common.displayName;
    this.timeoutMs = common.transport.timeoutMs;
    this.capabilities = { list: true, retry: common.actions.retry, cancel: false, subtasks: false, progress: false };
    this.upstream = new UpstreamClient(common);
    this.#maxItems = common.listLimits.maxItems === 0 ? Infinity : common.listLimits.maxItems;
    this.#client = new BrewClient(this.upstream, settings);
    this.actions = {
      describeEffect: ({ action }) => (action === 'RETRY' ? 'The machine brews it again.' : null),
      findBlockers,
      act: (_command, task, signal): Promise<ActionResponse> => this.#client.brewAgain(task.sourceTaskId, signal),
    };
  }

  isTaskId(sourceTaskId: string): boolean {
    return brewIdPattern.test(sourceTaskId);
  }

  estimateListCalls(): number {
    return 1;
  }

  estimateReadCalls(idCount: number): number {
    return idCount;
  }

  async list({ signal }: ReadRequest): Promise<ListResponse> {
    const all = await this.#client.list(signal);
    const items = all.slice(0, this.#maxItems).map(parseBrew);
    const readable = items.filter((item) => item !== null);
    return {
      tasks: readable.map((item) => this.#toUntranslatedTask(item)),
      unchangedIds: [],
      unreadIds: [],
      malformedCount: items.length - readable.length,
      isComplete: all.length <= this.#maxItems,
      problem: null,
    };
  }

  read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadResults> {
    return readEach(ids, (id) => this.#readOne(id, signal));
  }

  async #readOne(id: string, signal: AbortSignal): Promise<UntranslatedTask | null> {
    if (!this.isTaskId(id)) return null;
    const response = await this.#client.get(id, signal);
    if (response === null) return null;
    const item = parseBrew(response.item);
    if (item?.brew.id === id) return this.#toUntranslatedTask(item);
    throw new SourceProblemError('MALFORMED_RESPONSE', 'The machine sent something else than the brew that was asked for.');
  }

  #toUntranslatedTask(item: BrewItem): UntranslatedTask {
    return { sourceTaskId: item.brew.id, fingerprint: computeFingerprint(item.payload), translate: () => translateBrew(this.name, item) };
  }
}

function findBlockers({ action }: ActionCommand, { status }: TranslatedTask): readonly TaskActionBlocker[] {
  if (action === 'CANCEL') return [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: 'Coffee cannot be taken back.' }];
  return status === 'FAILED' ? [] : [{ code: 'WRONG_STATUS', message: 'Only spilled coffee is brewed again.' }];
}
