import type { TaskResource } from '../../model/resource.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { Source } from '../../sources/source.js';
import { buildHealthKey, CacheChanges } from './cache-changes.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import { CachedTasks } from './cached-tasks.js';
import { canServeStale, type Freshness, markStale } from './freshness.js';
import { isExhaustive, type ListRead, ListReads } from './list-reads.js';
import { buildSnapshot, type Snapshot } from './snapshot.js';
import type { SourceHealthTracker } from './source-health-tracker.js';
import { PayloadReads, type TaskReadResult, TaskReads } from './task-reads.js';

export interface SourceCacheOptions {
  readonly source: Source;
  /** Where it is remembered how reads went. */
  readonly health: SourceHealthTracker;
  /** Ids that are remembered for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  /** Ids of tasks that were acted on and have yet to show it; none where absent. */
  readonly actedOn?: () => readonly string[];
  /** The whole list is read at least so often, in milliseconds; where the source can tell, news will do in between. */
  readonly fullMs: number;
  /** What is kept elsewhere of payloads, by task id; nothing where absent. */
  readonly storedPayloads?: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;
  readonly now: () => number;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** What is known of one source's tasks. It is refreshed when somebody asks, once for all who ask at the same time. */
export class SourceCache {
  readonly source: Source;
  readonly changes: CacheChanges;
  readonly #health: SourceHealthTracker;
  readonly #state: CacheContext;
  readonly #known: CachedTasks;
  readonly #lists: ListReads;
  readonly #reads: TaskReads;
  readonly #payloads: PayloadReads;

  constructor({ source, health, now, ...options }: SourceCacheOptions) {
    this.source = source;
    this.#known = new CachedTasks(source.payloadToKeep === undefined ? null : (task) => source.payloadToKeep?.(task) ?? {});
    this.#health = health;
    this.changes = new CacheChanges(buildHealthKey(health.snapshot()));
    this.#state = { source, health, known: this.#known, now, notify: () => this.#tell() };
    this.#lists = new ListReads({ ...this.#state, actedOn: () => [], ...options, onListed: (isWhole) => this.changes.listed(isWhole) });
    this.#reads = new TaskReads(this.#state);
    this.#payloads = new PayloadReads({ ...this.#state, storedPayloads: () => Promise.resolve(new Map()), ...options });
  }

  /** Why the plane did not answer when it was asked last; null when it did. */
  get failure(): SourceProblemError | null {
    return this.#health.failure;
  }

  /** Milliseconds until the plane is asked again; 0 when it would be now. */
  get circuitOpenForMs(): number {
    return this.source.circuitOpenForMs?.() ?? 0;
  }

  /** All tasks, asked for anew unless what is known is fresh enough. It never rejects: a plane that fails is a state of the answer. */
  async list(freshness: Freshness): Promise<Snapshot> {
    const list = this.#lists.current(freshness);
    const wasRead = list.observedAt === null;
    // What this very reading brought: another one may have begun, or ended, in the meantime.
    const result = await list.done;
    const isOutOfBounds = result instanceof SourceProblemError && this.#health.isRefused;
    const snapshot = buildSnapshot(result, isOutOfBounds ? null : this.#lists.lastSuccessful, this.#known, this.#state.now());
    return snapshot.state === 'answered' && !wasRead ? { ...snapshot, latencyMs: null } : snapshot;
  }

  /** Whether the list, as it is known now, answers for every task of the plane. */
  hasFreshList(freshness: Freshness): boolean {
    const list = this.#lists.result(freshness);
    return list !== null && !(list instanceof SourceProblemError);
  }

  /** Tasks by their ids at the plane: by list where that takes fewer calls. An answer for each id; it never rejects. */
  async read(ids: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskReadResult>> {
    const askable = ids.filter((id) => this.source.isTaskId(id) && !this.#needsNoAsking(id, freshness));
    const list = askable.length === 0 ? null : this.#listFor(askable, freshness);
    if (list === null) return this.#reads.read(ids, askable, freshness);
    const result = await list.done;
    if (result instanceof SourceProblemError) {
      const asked = new Set(askable);
      return new Map(ids.map((id) => [id, asked.has(id) ? this.#reads.staleOrProblem(result, id) : (this.#known.get(id) ?? null)]));
    }
    return this.#reads.read(
      ids,
      askable.filter((id) => this.#isUnsaid(id, list, isExhaustive(result))),
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
  cachedTask(sourceTaskId: string): Task | undefined {
    return this.#known.get(sourceTaskId);
  }

  /** The tasks that are part of another one, as far as is known now; nothing is asked. */
  cachedChildrenOf(sourceTaskId: string): readonly Task[] {
    return this.#known.childrenOf(sourceTaskId);
  }

  /** Whether what is known of a task's payload is a part of it only. */
  isPayloadCut(task: Task): boolean {
    return this.#known.isPayloadCut(task);
  }

  /** What was sent of tasks, by their ids at the plane, where not all of it is known: an answer for each id; it never rejects. */
  readPayloads(sourceTaskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    return this.#payloads.read(sourceTaskIds);
  }

  /** Whether a task is among those of the list, as it is known now. */
  isListed(sourceTaskId: string): boolean {
    return this.#known.isListed(sourceTaskId);
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
    return this.#health.snapshot();
  }

  /** A task that is tracked from now on shows in the list at once. */
  addToList(sourceTaskId: string): void {
    this.#known.addToList(sourceTaskId, this.#state.now());
    this.#tell();
  }

  /** A task that is no longer tracked is gone at once. */
  untrack(sourceTaskId: string): void {
    this.#known.untrack(sourceTaskId, this.#state.now());
    this.#tell();
  }

  /** When the plane was asked for what is known of a task, in milliseconds since 1970; null: nothing is known of it. */
  askedAt(sourceTaskId: string): number | null {
    return this.#known.askedAt(sourceTaskId);
  }

  /** Takes over what other processes saw. */
  applySharedTasks(tasks: readonly SharedTask[]): void {
    for (const task of tasks) this.#known.applyShared(task);
    this.#tell();
  }

  /** Takes over how the source answers another process. */
  applySharedHealth(health: TaskSourceHealth): void {
    this.#health.adoptHealth(health);
    this.#tell();
  }

  #needsNoAsking(sourceTaskId: string, freshness: Freshness): boolean {
    const task = this.#known.get(sourceTaskId);
    if (task === undefined) return this.source.capabilities.list && this.#lists.knowsAllTasks(freshness);
    if (task.isFinished && !this.source.finishedTasksChange) return true;
    return freshness.maxAgeMs > 0 && task.observedAt >= freshness.since - freshness.maxAgeMs;
  }

  /** A list that answers for these ids with fewer calls than asking for each, or that has just failed; null: ask for each. */
  #listFor(ids: readonly string[], freshness: Freshness): ListRead | null {
    if (this.#lists.result(freshness) instanceof SourceProblemError) return this.#lists.current(freshness);
    if (!this.source.capabilities.list) return null;
    const underWay = this.#lists.inFlight(freshness);
    if (underWay !== null) return underWay;
    const knownCount = this.#lists.lastSuccessful === null ? null : this.#known.listed.size;
    return this.source.estimateListCalls(knownCount) < this.source.estimateReadCalls(ids.length) ? this.#lists.complete(freshness) : null;
  }

  /** Whether a list that has come leaves open how a task is: it may be there and not readable, or was not looked at. */
  #isUnsaid(sourceTaskId: string, list: ListRead, isAllKnown: boolean): boolean {
    const task = this.#known.get(sourceTaskId);
    if (task === undefined) return !isAllKnown;
    return list.extent === 'news' && task.observedAt < list.askedAt;
  }

  /** Null when the plane has said which tasks are part of these. */
  async #askForChildren(parentIds: readonly string[], freshness: Freshness): Promise<SourceProblemError | null> {
    const [parentId] = parentIds;
    if (parentIds.length !== 1 || parentId === undefined || this.#lists.result(freshness) !== null) {
      const list = await this.#lists.current(freshness).done;
      return list instanceof SourceProblemError ? list : null;
    }
    const askedAt = this.#state.now();
    try {
      const readings = (await this.source.readChildren?.(parentId, createReadRequest(this.#state))) ?? [];
      for (const reading of readings) this.#known.applyReading(reading, askedAt, this.#state.now(), true);
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
    if (parent === undefined || this.#health.isRefused || !canServeStale(problem, this.#known.confirmedAt(parent), this.#state.now()))
      throw problem;
    return children.map((task) => markStale(task, task.observedAt));
  }

  #tell(): void {
    this.changes.notify(this.#known.takeDifferences(), buildHealthKey(this.health()));
  }
}
