import { SourceProblemError } from '../../error/source-problem-error.js';
import type { Task } from '../../model/task.js';
import type { TaskResource } from '../../model/resource.js';
import type { SharedTask } from '../../replica/shared-task.js';
import type { JsonObject } from '../../scalars/json-object.js';
import type { TaskSourceHealth } from '../../source/health.js';
import type { Source } from '../../source/source.js';
import type { SourceHealth } from '../../source/source-health.js';
import type { Freshness } from './freshness.js';
import { healthKeyOf } from './health-key.js';
import { KnownTasks } from '../known/known-tasks.js';
import { type ListReading, saysAll } from './list-reading.js';
import { requestOf } from './request-of.js';
import type { Snapshot } from './snapshot.js';
import { snapshotOf } from './snapshot-of.js';
import { isPresentable, markStale } from '../known/stale.js';
import { ViewChanges } from './view-changes.js';
import { ViewLists } from './view-lists.js';
import { ViewPayloads } from './view-payloads.js';
import { type TaskAnswer, ViewReads } from './view-reads.js';
import type { ViewState } from './view-state.js';

export interface ViewOptions {
  readonly source: Source;
  /** Where it is remembered how reads went. */
  readonly health: SourceHealth;
  /** Ids that are remembered for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  /** Ids of tasks that were acted on and have yet to show it; none where absent. */
  readonly actedOn?: () => readonly string[];
  /** The whole list is read at least so often, in milliseconds; where the source can tell, news will do in between. */
  readonly fullMs: number;
  /** What is kept elsewhere of payloads, by task id; nothing where absent. */
  readonly keptPayloads?: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;
  readonly now: () => number;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** What is known of one source's tasks. It is refreshed when somebody asks, once for all who ask at the same time. */
export class View {
  readonly source: Source;
  readonly changes: ViewChanges;
  readonly #health: SourceHealth;
  readonly #state: ViewState;
  readonly #known: KnownTasks;
  readonly #lists: ViewLists;
  readonly #reads: ViewReads;
  readonly #payloads: ViewPayloads;

  constructor({ source, health, now, ...options }: ViewOptions) {
    this.source = source;
    this.#known = new KnownTasks(source.payloadToKeep === undefined ? null : (task) => source.payloadToKeep?.(task) ?? {});
    this.#health = health;
    this.changes = new ViewChanges(healthKeyOf(health.now()));
    this.#state = { source, health, known: this.#known, now, tell: () => this.#tell() };
    this.#lists = new ViewLists({ ...this.#state, actedOn: () => [], ...options, onListed: (isWhole) => this.changes.listed(isWhole) });
    this.#reads = new ViewReads(this.#state);
    this.#payloads = new ViewPayloads({ ...this.#state, keptPayloads: () => Promise.resolve(new Map()), ...options });
  }

  /** Why the plane did not answer when it was asked last; null when it did. */
  get failure(): SourceProblemError | null {
    return this.#health.failure;
  }

  /** Milliseconds until the plane is asked again; 0 when it would be now. */
  get notAskedForMs(): number {
    return this.source.notAskedForMs?.() ?? 0;
  }

  /** All tasks, asked for anew unless what is known is fresh enough. It never rejects: a plane that fails is a state of the answer. */
  async list(freshness: Freshness): Promise<Snapshot> {
    const list = this.#lists.fresh(freshness);
    const wasRead = list.observedAt === null;
    // What this very reading brought: another one may have begun, or ended, in the meantime.
    const result = await list.done;
    const isOutOfBounds = result instanceof SourceProblemError && this.#health.isRefused;
    const snapshot = snapshotOf(result, isOutOfBounds ? null : this.#lists.lastGood, this.#known, this.#state.now());
    return snapshot.state === 'answered' && !wasRead ? { ...snapshot, latencyMs: null } : snapshot;
  }

  /** Whether the list, as it is known now, answers for every task of the plane. */
  hasFreshList(freshness: Freshness): boolean {
    const list = this.#lists.result(freshness);
    return list !== null && !(list instanceof SourceProblemError);
  }

  /** Tasks by their ids at the plane: by list where that takes fewer calls. An answer for each id; it never rejects. */
  async read(ids: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskAnswer>> {
    const askable = ids.filter((id) => this.source.isTaskId(id) && !this.#needsNoAsking(id, freshness));
    const list = askable.length === 0 ? null : this.#listFor(askable, freshness);
    if (list === null) return this.#reads.read(ids, askable, freshness);
    const result = await list.done;
    if (result instanceof SourceProblemError) {
      const asked = new Set(askable);
      return new Map(ids.map((id) => [id, asked.has(id) ? this.#reads.staleOr(result, id) : (this.#known.get(id) ?? null)]));
    }
    return this.#reads.read(
      ids,
      askable.filter((id) => this.#isUnsaid(id, list, saysAll(result))),
      freshness,
    );
  }

  /** Tasks that are part of another one, in the plane's order. Rejects with a SourceProblemError when the plane does not say. */
  async childrenOf(parentIds: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, readonly Task[]>> {
    const isKnown = this.source.readChildren === undefined || this.hasFreshList(freshness);
    const problem = isKnown ? null : await this.#askForChildren(parentIds, freshness);
    return new Map(parentIds.map((id) => [id, this.#childrenOr(problem, id)]));
  }

  /** What is known of a task now; nothing is asked. */
  known(localId: string): Task | undefined {
    return this.#known.get(localId);
  }

  /** The tasks that are part of another one, as far as is known now; nothing is asked. */
  knownChildrenOf(localId: string): readonly Task[] {
    return this.#known.childrenOf(localId);
  }

  /** Whether what is known of a task's payload is a part of it only. */
  isPayloadCut(task: Task): boolean {
    return this.#known.isPayloadCut(task);
  }

  /** What was sent of tasks, by their ids at the plane, where not all of it is known: an answer for each id; it never rejects. */
  readPayloads(localIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    return this.#payloads.read(localIds);
  }

  /** Whether a task is among those of the list, as it is known now. */
  isListed(localId: string): boolean {
    return this.#known.isListed(localId);
  }

  /** Whether a task of the list is not finished, as far as is known now. */
  get hasUnfinished(): boolean {
    return this.#known.unfinishedIds.size > 0;
  }

  /** A resource as the newest known task describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    return this.#known.resource(sourceResourceId);
  }

  health(): TaskSourceHealth {
    return this.#health.now();
  }

  /** A task that is tracked from now on shows in the list at once. */
  enlist(localId: string): void {
    this.#known.enlist(localId, this.#state.now());
    this.#tell();
  }

  /** A task that is no longer tracked is gone at once. */
  untrack(localId: string): void {
    this.#known.untrack(localId, this.#state.now());
    this.#tell();
  }

  /** When the plane was asked for what is known of a task, in milliseconds since 1970; null: nothing is known of it. */
  askedAt(localId: string): number | null {
    return this.#known.askedAt(localId);
  }

  /** Takes over what other processes saw. */
  adopt(tasks: readonly SharedTask[]): void {
    for (const task of tasks) this.#known.adopt(task);
    this.#tell();
  }

  /** Takes over how the source answers another process. */
  hear(health: TaskSourceHealth): void {
    this.#health.heard(health);
    this.#tell();
  }

  #needsNoAsking(localId: string, freshness: Freshness): boolean {
    const task = this.#known.get(localId);
    if (task === undefined) return this.source.capabilities.list && this.#lists.isAllKnown(freshness);
    if (task.isFinished && !this.source.finishedTasksChange) return true;
    return freshness.maxAgeMs > 0 && task.observedAt >= freshness.since - freshness.maxAgeMs;
  }

  /** A list that answers for these ids with fewer calls than asking for each, or that has just failed; null: ask for each. */
  #listFor(ids: readonly string[], freshness: Freshness): ListReading | null {
    if (this.#lists.result(freshness) instanceof SourceProblemError) return this.#lists.fresh(freshness);
    if (!this.source.capabilities.list) return null;
    const underWay = this.#lists.underWay(freshness);
    if (underWay !== null) return underWay;
    const knownCount = this.#lists.lastGood === null ? null : this.#known.listed.size;
    return this.source.callsToList(knownCount) < this.source.callsToRead(ids.length) ? this.#lists.whole(freshness) : null;
  }

  /** Whether a list that has come leaves open how a task is: it may be there and not readable, or was not looked at. */
  #isUnsaid(localId: string, list: ListReading, isAllKnown: boolean): boolean {
    const task = this.#known.get(localId);
    if (task === undefined) return !isAllKnown;
    return list.extent === 'news' && task.observedAt < list.askedAt;
  }

  /** Null when the plane has said which tasks are part of these. */
  async #askForChildren(parentIds: readonly string[], freshness: Freshness): Promise<SourceProblemError | null> {
    const [parentId] = parentIds;
    if (parentIds.length !== 1 || parentId === undefined || this.#lists.result(freshness) !== null) {
      const list = await this.#lists.fresh(freshness).done;
      return list instanceof SourceProblemError ? list : null;
    }
    const askedAt = this.#state.now();
    try {
      const readings = (await this.source.readChildren?.(parentId, requestOf(this.#state))) ?? [];
      for (const reading of readings) this.#known.observe(reading, askedAt, this.#state.now(), true);
      return null;
    } catch (error) {
      return this.#health.failed(error);
    } finally {
      this.#tell();
    }
  }

  #childrenOr(problem: SourceProblemError | null, parentId: string): readonly Task[] {
    const children = this.#known.childrenOf(parentId);
    if (problem === null) return children;
    const parent = this.#known.get(parentId);
    if (parent === undefined || this.#health.isRefused || !isPresentable(problem, this.#known.knownAt(parent), this.#state.now()))
      throw problem;
    return children.map((task) => markStale(task, task.observedAt));
  }

  #tell(): void {
    this.changes.tell(this.#known.takeDifferences(), healthKeyOf(this.health()));
  }
}
