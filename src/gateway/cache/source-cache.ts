import type { Scheduler } from '../../lib/scheduler.js';
import { runInSlices, type Steps } from '../../lib/slices.js';
import type { TaskResource } from '../../model/resource.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import type { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { SharedTask } from '../../replication/replicas.js';
import type { Source } from '../../sources/source.js';
import type { SourceChange } from '../log.js';
import { buildHealthKey, CacheChanges, type TaskDifferences } from './cache-changes.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import { CachedTasks } from './cached-tasks.js';
import { canServeStale, type Freshness, markOverdue, markStale } from './freshness.js';
import { isExhaustive, type ListRead, ListReads, type SuccessfulList } from './list-reads.js';
import type { RecordedStarts } from './observed-tasks.js';
import { buildSnapshot, type Snapshot } from './snapshot.js';
import { SourceHealthTracker } from './source-health-tracker.js';
import { PayloadReads, type StoredPayloads, type TaskReadResult, TaskReads } from './task-reads.js';

export interface SourceCacheOptions {
  /** Ids that are tracked for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  /** Ids of tasks with an action whose effect has not been seen yet; none where absent. */
  readonly pendingActionIds?: () => readonly string[];
  /** Payloads that the store has, by task id; none where absent. */
  readonly storedPayloads?: StoredPayloads;
  /**
   * The complete list is read at least this often, in milliseconds; in between, a delta is enough where the source has
   * one.
   */
  readonly fullMs: number;
  /** A median latency from which on the source is slow, in milliseconds. */
  readonly slowMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** Called when reads begin or cease to succeed. */
  readonly onStateChange: (change: SourceChange) => void;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/**
 * The tasks of one source: a read-through cache. Nothing is read before somebody asks; reads are single-flight; when a
 * read fails, cached data is served with a warning for a while (stale-if-error).
 *
 * A list goes `list` → `ListReads.reuseOrRead` → `Source.list` → `CachedTasks.applyList` → `buildSnapshot`.
 */
export class SourceCache {
  readonly source: Source;
  readonly changes: CacheChanges;
  readonly #context: CacheContext;
  readonly #health: SourceHealthTracker;
  readonly #tasks: CachedTasks;
  readonly #lists: ListReads;
  readonly #reads: TaskReads;
  readonly #payloads: PayloadReads;
  #isFirstWaitTaken = false;
  #notificationCount = 0;

  constructor(source: Source, options: SourceCacheOptions) {
    const { trackedIds, pendingActionIds = () => [], storedPayloads, fullMs, slowMs, now, scheduler, onStateChange, report } = options;
    this.source = source;
    this.#health = new SourceHealthTracker({ source, slowMs, onStateChange, report });
    this.changes = new CacheChanges({ sourceName: source.name, key: buildHealthKey(this.health()) });
    this.#tasks = new CachedTasks(source.payloadToKeep === undefined ? null : (task) => source.payloadToKeep?.(task) ?? {});
    this.#context = {
      source,
      health: this.#health,
      tasks: this.#tasks,
      now,
      scheduler,
      notify: () => this.#notify(),
      notifyInSlices: () => runInSlices(this.#notifyInSteps()),
    };
    const onListRead = (isExhaustive: boolean): void => this.changes.notifyListRead(isExhaustive);
    this.#lists = new ListReads(this.#context, { trackedIds, pendingActionIds, fullMs, onListRead, report });
    this.#reads = new TaskReads(this.#context);
    this.#payloads = new PayloadReads(this.#context, storedPayloads ?? null, report);
  }

  /**
   * All tasks; read from the plane unless the cache is fresh enough. It never rejects: a failing plane is a kind of
   * snapshot. After `waitMs` milliseconds so is one that is still being read; null waits until the read ends.
   */
  async list(freshness: Freshness, waitMs: number | null = null): Promise<Snapshot> {
    const list = this.#lists.reuseOrRead(freshness);
    const wasRead = list.outcome === null;
    const outcome = waitMs === null ? await list.done : await this.#lists.outcomeWithin(list, waitMs);
    const isRefused = outcome.kind !== 'succeeded' && this.#health.isRefused;
    const fallback = isRefused ? null : this.#lists.lastSuccessful;
    const isFailing = this.#isFailing;
    return buildSnapshot({ outcome, wasRead, fallback, tasks: this.#tasks, isFailing, now: this.#context.now() });
  }

  /**
   * Tasks by their ids at the plane: a result for each id; it never rejects. The first row that applies decides about
   * an id:
   *
   * | What the cache has                                        | What happens                                         |
   * | --------------------------------------------------------- | ---------------------------------------------------- |
   * | The plane has no such ids                                 | There is no such task, says the cache.               |
   * | The cached task is fresh, or finished for good            | The cache answers.                                   |
   * | A fresh, exhaustive list does not have it                 | There is no such task, says the cache.               |
   * | The list has just failed to be read                       | The stale task, or the error.                        |
   * | The list is being read, or takes fewer calls than the ids | The list answers; what it leaves open is read by id. |
   * | None of this                                              | It is read by id, once for all who need it now.      |
   */
  async read(ids: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskReadResult>> {
    const toRead = ids.filter((id) => this.source.isTaskId(id) && !this.#isAnsweredByCache(id, freshness));
    const list = toRead.length === 0 ? null : this.#findUsefulList(toRead, freshness);
    if (list === null) return this.#reads.read(ids, toRead, freshness);
    const outcome = await list.done;
    if (outcome.kind === 'failed') {
      const failed = new Set(toRead);
      return new Map(ids.map((id) => [id, failed.has(id) ? this.#reads.staleOrProblem(outcome.error, id) : (this.#tasks.get(id) ?? null)]));
    }
    return this.#reads.read(
      ids,
      toRead.filter((id) => this.#isLeftOpen(id, outcome)),
      freshness,
    );
  }

  /**
   * Tasks that are part of other ones, in the plane's order. Rejects with a SourceProblemError when they cannot be
   * read.
   */
  async childrenOf(parentIds: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, readonly Task[]>> {
    const isCached = this.source.readChildren === undefined || this.hasFreshList(freshness);
    const problem = isCached ? null : await this.#refreshChildren(parentIds, freshness);
    return new Map(parentIds.map((id) => [id, this.#childrenOrThrow(problem, id)]));
  }

  /**
   * What the plane sent of tasks whose cached payload is truncated: a result for each id; it never rejects. With
   * `overdue` the plane is not read, and that is the result of what the store does not have.
   */
  readPayloads(
    sourceTaskIds: readonly string[],
    overdue: SourceProblemError | null = null,
  ): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    return this.#payloads.read(sourceTaskIds, overdue);
  }

  /**
   * Whether the first list that needs this source may wait until its read ends: nothing is known of it, not even that
   * it fails. True once.
   */
  takeFirstWait(): boolean {
    if (this.#isFirstWaitTaken) return false;
    this.#isFirstWaitTaken = true;
    return this.#lists.lastSuccessful === null && this.failure === null;
  }

  /** Whether the cached list is fresh enough. */
  hasFreshList(freshness: Freshness): boolean {
    return this.#lists.outcome(freshness)?.kind === 'succeeded';
  }

  // What follows reads the cache alone: no request is sent.

  /**
   * Another number exactly when a task came into the list, left it, or was replaced by another object; the same one after
   * a read that found everything as it was.
   */
  get listVersion(): number {
    return this.#tasks.listVersion;
  }

  /**
   * Another number after each read, of the list or of single tasks, whether it failed, and after everything else that
   * changes tasks, when they were read, or the health of the source. While it is the same, every answer from this cache
   * is the same.
   */
  get readCount(): number {
    return this.#tasks.updateCount + this.#notificationCount;
  }

  /** Until when the list, which is fresh now, is fresh enough for this max-age, in milliseconds since 1970. */
  listFreshUntil(maxAgeMs: number): number {
    const list = this.#lists.lastSuccessful;
    return list === null || maxAgeMs === 0 ? -Infinity : list.observedAt + maxAgeMs;
  }

  /** Until when a task is served for this max-age without another read; -Infinity for one that is not as it is cached. */
  taskFreshUntil(task: Task, maxAgeMs: number): number {
    if (this.#tasks.get(task.sourceTaskId) !== task) return -Infinity;
    if (task.isFinished && !this.source.finishedTasksChange) return Infinity;
    return maxAgeMs === 0 ? -Infinity : this.#tasks.observedAt(task) + maxAgeMs;
  }

  /** How many tasks are cached. */
  get taskCount(): number {
    return this.#tasks.size;
  }

  cachedTask(sourceTaskId: string): Task | undefined {
    return this.#tasks.get(sourceTaskId);
  }

  /** The stale task, where it may stand in for one that is overdue; else null. */
  staleTask(sourceTaskId: string, overdue: SourceProblemError): Task | null {
    const result = this.#reads.staleOrProblem(overdue, sourceTaskId, this.#overdueMark());
    return result instanceof Error ? null : result;
  }

  /** The stale tasks that are part of another one; throws `overdue` where they may not stand in for what is overdue. */
  staleChildrenOf(parentId: string, overdue: SourceProblemError): readonly Task[] {
    return this.#childrenOrThrow(overdue, parentId, this.#overdueMark());
  }

  cachedChildrenOf(sourceTaskId: string): readonly Task[] {
    return this.#tasks.childrenOf(sourceTaskId);
  }

  /**
   * When a task was last read from its plane, in milliseconds since 1970; `Task.observedAt` is when it was first read
   * like this.
   */
  observedAt(task: Task): number {
    return this.#tasks.observedAt(task);
  }

  /** When tasks and their parts began to run, by their ids at the plane, as it was recorded before this process started; no change of them. */
  correctStarts(starts: ReadonlyMap<string, RecordedStarts>): void {
    this.#tasks.correctStarts(starts);
  }

  /** Whether the payload of a cached task is only a part of what the plane sent. */
  isPayloadTruncated(task: Task): boolean {
    return this.#tasks.isPayloadTruncated(task);
  }

  isListed(sourceTaskId: string): boolean {
    return this.#tasks.isListed(sourceTaskId);
  }

  /** Whether a task of the list is not finished. */
  get hasUnfinished(): boolean {
    return this.#tasks.unfinishedIds.size > 0;
  }

  /** A resource as the newest task that names it describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    return this.#tasks.resource(sourceResourceId);
  }

  /**
   * When the request was sent that brought a task, or found it gone, in milliseconds since 1970; null: nothing is known
   * of it.
   */
  requestedAt(sourceTaskId: string): number | null {
    return this.#tasks.requestedAt(sourceTaskId);
  }

  health(): TaskSourceHealth {
    return this.#health.current();
  }

  /** Why the last read failed; null when it did not. */
  get failure(): SourceProblemError | null {
    return this.#health.failure;
  }

  /** Milliseconds until the circuit breaker lets a request through; 0 when it would now. */
  get circuitOpenForMs(): number {
    return this.source.upstream.circuitOpenForMs();
  }

  // What follows changes the cache without a read.

  /** A task that becomes tracked is in the list at once. */
  addToList(sourceTaskId: string): void {
    this.#tasks.addToList(sourceTaskId, this.#context.now());
    this.#notify();
  }

  /** A task that is no longer tracked is gone at once. */
  untrack(sourceTaskId: string): void {
    this.#tasks.untrack(sourceTaskId, this.#context.now());
    this.#notify();
  }

  /** Applies what other replicas read. */
  applySharedTasks(tasks: readonly SharedTask[]): void {
    for (const task of tasks) this.#tasks.applyShared(task);
    // Only what came from there: listeners take all that they are told meanwhile for shared already.
    this.#notify(this.#tasks.takeDifferencesOf(tasks.map(({ sourceTaskId }) => sourceTaskId)));
  }

  /** Applies how the source answers another replica. */
  applySharedHealth(health: TaskSourceHealth): void {
    this.#health.applyShared(health);
    this.#notify(noDifferences);
  }

  #isAnsweredByCache(sourceTaskId: string, freshness: Freshness): boolean {
    const task = this.#tasks.get(sourceTaskId);
    if (task === undefined) return this.source.capabilities.list && this.#lists.knowsAllTasks(freshness);
    if (task.isFinished && !this.source.finishedTasksChange) return true;
    const { operationStartedAt, maxAgeMs } = freshness;
    if (this.#reads.wasReadAfter(sourceTaskId, operationStartedAt)) return true;
    return maxAgeMs > 0 && this.#tasks.observedAt(task) >= operationStartedAt - maxAgeMs;
  }

  /** A list that answers for these ids with fewer calls than reading each, or that has just failed; null: read each. */
  #findUsefulList(ids: readonly string[], freshness: Freshness): ListRead | null {
    if (this.#lists.outcome(freshness)?.kind === 'failed') return this.#lists.reuseOrRead(freshness);
    if (!this.source.capabilities.list) return null;
    const inFlight = this.#lists.inFlight(freshness);
    if (inFlight !== null) return inFlight;
    const cachedCount = this.#lists.lastSuccessful === null ? null : this.#tasks.listed.size;
    return this.source.estimateListCalls(cachedCount) < this.source.estimateReadCalls(ids.length)
      ? this.#lists.reuseOrReadComplete(freshness)
      : null;
  }

  /** Whether a list does not say how a task is now: it may have been unreadable in it, or not been looked at. */
  #isLeftOpen(sourceTaskId: string, { scope, requestedAt, response }: SuccessfulList): boolean {
    const task = this.#tasks.get(sourceTaskId);
    if (task === undefined) return !isExhaustive(response);
    return scope === 'delta' && this.#tasks.observedAt(task) < requestedAt;
  }

  /** Null when the plane has said which tasks are part of these. */
  async #refreshChildren(parentIds: readonly string[], freshness: Freshness): Promise<SourceProblemError | null> {
    const [parentId] = parentIds;
    if (parentIds.length !== 1 || parentId === undefined || this.#lists.outcome(freshness) !== null) {
      const outcome = await this.#lists.reuseOrRead(freshness).done;
      return outcome.kind === 'failed' ? outcome.error : null;
    }
    const requestedAt = this.#context.now();
    try {
      const children = (await this.source.readChildren?.(parentId, createReadRequest(this.#context))) ?? [];
      for (const child of children) this.#tasks.applyRead(child, requestedAt, this.#context.now(), true);
      return null;
    } catch (error) {
      return this.#health.failed(error);
    } finally {
      this.#notify();
    }
  }

  #childrenOrThrow(problem: SourceProblemError | null, parentId: string, mark = markStale): readonly Task[] {
    const children = this.#tasks.childrenOf(parentId);
    if (problem === null) return children;
    const parent = this.#tasks.get(parentId);
    if (parent === undefined || this.#health.isRefused || !canServeStale(problem, this.#tasks.confirmedAt(parent), this.#context.now()))
      throw problem;
    return children.map((task) => mark(task, this.#tasks.observedAt(task)));
  }

  /** Whether the last read that ended, here or at another replica, failed. */
  get #isFailing(): boolean {
    return this.#health.current().status === 'DOWN';
  }

  /** How what is overdue is marked: after a read that failed it is one more sign that the plane does not answer. */
  #overdueMark(): typeof markStale {
    return this.#isFailing ? markStale : markOverdue;
  }

  /** Where more changed than listeners are told at a time, a list has been read: they learn of it in slices. */
  #notify(differences = this.#tasks.differenceCount > maxNotifiedAtOnce ? noDifferences : this.#tasks.takeDifferences()): void {
    this.#notificationCount++;
    this.changes.notify(differences, buildHealthKey(this.health()));
  }

  *#notifyInSteps(): Steps {
    while (this.#tasks.differenceCount > maxNotifiedAtOnce) {
      this.#notificationCount++;
      this.changes.notifyDifferences(this.#tasks.takeDifferences(maxNotifiedAtOnce));
      yield;
    }
    this.#notify();
  }
}

/** Differences that listeners are told without interruption. */
const maxNotifiedAtOnce = 100;

const noDifferences: TaskDifferences = new Map();
