import { SourceProblemError } from '../error/source-problem-error.js';
import type { Task } from '../model/task.js';
import type { TaskResource } from '../model/resource.js';
import type { TaskSourceHealth } from '../source/health.js';
import type { ReadRequest, Source } from '../source/source.js';
import type { SourceHealth } from '../source/source-health.js';
import { type Freshness, isFresh } from './freshness.js';
import { healthKeyOf } from './health-key.js';
import { KnownTasks } from './known-tasks.js';
import { type GoodList, type ListReading, type ListResult, saysAll, willDo } from './list-reading.js';
import { listSource } from './list-source.js';
import { ReadsUnderWay } from './reads-under-way.js';
import type { Snapshot } from './snapshot.js';
import { snapshotOf } from './snapshot-of.js';
import { isPresentable, markStale } from './stale.js';
import { ViewChanges } from './view-changes.js';

export interface ViewOptions {
  readonly source: Source;
  /** Where it is remembered how reads went. */
  readonly health: SourceHealth;
  /** Ids that are remembered for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  readonly now: () => number;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Of one task, or why nothing can be said of it. */
export type TaskAnswer = Task | SourceProblemError | null;

/** What is known of one source's tasks. It is refreshed when somebody asks, once for all who ask at the same time. */
export class View {
  readonly source: Source;
  readonly changes: ViewChanges;
  readonly #options: ViewOptions;
  readonly #known = new KnownTasks();
  readonly #tasksUnderWay = new ReadsUnderWay<TaskAnswer>();
  #list: ListReading | null = null;
  #lastGoodList: GoodList | null = null;

  constructor(options: ViewOptions) {
    this.source = options.source;
    this.#options = options;
    this.changes = new ViewChanges(healthKeyOf(this.health()));
  }

  /** Why the plane did not answer when it was asked last; null when it did. */
  get failure(): SourceProblemError | null {
    return this.#options.health.failure;
  }

  /** All tasks, asked for anew unless what is known is fresh enough. It never rejects: a plane that fails is a state of the answer. */
  async list(freshness: Freshness): Promise<Snapshot> {
    const list = this.#freshList(freshness);
    const wasRead = list.observedAt === null;
    // What this very reading brought: another one may have begun, or ended, in the meantime.
    const result = await list.done;
    const snapshot = snapshotOf(result, this.#lastGoodList, this.#known, this.#options.now());
    return snapshot.state === 'answered' && !wasRead ? { ...snapshot, latencyMs: null } : snapshot;
  }

  /** Whether the list, as it is known now, answers for every task of the plane. */
  hasFreshList(freshness: Freshness): boolean {
    const list = this.#listed(freshness);
    return list !== null && !(list instanceof SourceProblemError);
  }

  /** Tasks by their ids at the plane: by list where that takes fewer calls. An answer for each id; it never rejects. */
  async read(ids: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskAnswer>> {
    const askable = ids.filter((id) => this.source.isTaskId(id) && !this.#needsNoAsking(id, freshness));
    const isListed =
      askable.length > 0 && (this.#listed(freshness) instanceof SourceProblemError || this.#isCheaperToList(askable.length, freshness));
    const list = isListed ? await this.#freshList(freshness).done : null;
    if (list === null) return this.#readById(ids, askable, freshness);
    if (list instanceof SourceProblemError) {
      return new Map(ids.map((id) => [id, askable.includes(id) ? this.#staleOr(list, id) : (this.#known.get(id) ?? null)]));
    }
    const unsaid = saysAll(list) ? [] : askable.filter((id) => this.#known.get(id) === undefined);
    return this.#readById(ids, unsaid, freshness);
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

  /** The tasks of the list as they are known now; nothing is asked. */
  tasks(): readonly Task[] {
    return this.#known.all();
  }

  /** A resource as the newest known task describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    return this.#known.resource(sourceResourceId);
  }

  health(): TaskSourceHealth {
    return this.#options.health.now();
  }

  /** A task that is tracked from now on shows in the list at once. */
  enlist(localId: string): void {
    this.#known.enlist(localId, this.#options.now());
    this.#tell();
  }

  /** A task that is no longer tracked is gone at once. */
  untrack(localId: string): void {
    this.#known.untrack(localId, this.#options.now());
    this.#tell();
  }

  #freshList(freshness: Freshness): ListReading {
    if (this.#list !== null && willDo(this.#list, freshness)) return this.#list;
    const begin = { askedAt: this.#options.now(), observedAt: null, result: null };
    const list: ListReading = Object.assign(begin, { done: Promise.resolve().then(() => this.#refresh(list)) });
    this.#list = list;
    return list;
  }

  /** What became of a list that will do and is over. */
  #listed(freshness: Freshness): ListResult | null {
    return this.#list !== null && willDo(this.#list, freshness) ? this.#list.result : null;
  }

  async #refresh(list: ListReading): Promise<ListResult> {
    const begun = performance.now();
    try {
      const answer = await listSource(this.source, this.#request(), this.#known, this.#options);
      const latencyMs = Math.round(performance.now() - begun);
      list.observedAt = this.#options.now();
      this.#known.applyList(answer, list.askedAt, list.observedAt);
      this.#lastGoodList = { answer, askedAt: list.askedAt, observedAt: list.observedAt, latencyMs };
      this.#options.health.succeeded(list.observedAt, latencyMs, answer.problem);
      list.result = answer;
    } catch (error) {
      list.observedAt = this.#options.now();
      list.result = this.#options.health.failed(error);
    }
    this.#tell();
    this.changes.listed(!(list.result instanceof SourceProblemError) && saysAll(list.result));
    return list.result;
  }

  #needsNoAsking(localId: string, freshness: Freshness): boolean {
    const task = this.#known.get(localId);
    if (task === undefined) {
      const answer = this.#lastGoodList?.answer;
      return this.source.capabilities.list && this.hasFreshList(freshness) && answer !== undefined && saysAll(answer);
    }
    if (task.isFinished && !this.source.finishedTasksChange) return true;
    return freshness.maxAgeMs > 0 && task.observedAt >= freshness.since - freshness.maxAgeMs;
  }

  #isCheaperToList(idCount: number, freshness: Freshness): boolean {
    if (!this.source.capabilities.list) return false;
    const underWay = this.#list;
    if (underWay !== null && underWay.observedAt === null && isFresh(freshness, underWay)) return true;
    const knownCount = this.#lastGoodList === null ? null : this.#known.all().length;
    return this.source.callsToList(knownCount) < this.source.callsToRead(idCount);
  }

  async #readById(ids: readonly string[], askable: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskAnswer>> {
    const toAsk = askable.filter((id) => !this.#tasksUnderWay.has(id, freshness));
    const askedAt = this.#options.now();
    if (toAsk.length > 0) this.#tasksUnderWay.add(toAsk, askedAt, this.#readAll(toAsk, askedAt), null);
    const answers = await Promise.all(
      ids.map(async (id): Promise<[string, TaskAnswer]> => {
        const underWay = askable.includes(id) ? this.#tasksUnderWay.answer(id) : undefined;
        return [id, underWay === undefined ? (this.#known.get(id) ?? null) : await underWay];
      }),
    );
    return new Map(answers);
  }

  /** Asks for tasks by id and takes the answers over. It never rejects. */
  async #readAll(ids: readonly string[], askedAt: number): Promise<ReadonlyMap<string, TaskAnswer>> {
    const begun = performance.now();
    const answers = new Map<string, TaskAnswer>();
    try {
      const readings = await this.source.read(ids, this.#request());
      const observedAt = this.#options.now();
      for (const id of ids) {
        const reading = readings.get(id) ?? null;
        if (reading instanceof SourceProblemError) answers.set(id, this.#staleOr(reading, id));
        else if (reading === null) this.#known.gone(id, askedAt);
        else this.#known.observe(reading, askedAt, observedAt, this.source.capabilities.list);
        if (!(reading instanceof SourceProblemError)) answers.set(id, this.#known.get(id) ?? null);
      }
      const problems = [...readings.values()].filter((reading) => reading instanceof SourceProblemError);
      const latencyMs = Math.round(performance.now() - begun);
      if (problems.length < ids.length) this.#options.health.succeeded(observedAt, latencyMs, problems[0]?.problem ?? null);
      else this.#options.health.failed(problems[0]);
    } catch (error) {
      const problem = this.#options.health.failed(error);
      for (const id of ids) answers.set(id, this.#staleOr(problem, id));
    }
    this.#tell();
    return answers;
  }

  /** Null when the plane has said which tasks are part of these. */
  async #askForChildren(parentIds: readonly string[], freshness: Freshness): Promise<SourceProblemError | null> {
    const [parentId] = parentIds;
    if (parentIds.length !== 1 || parentId === undefined || this.#listed(freshness) !== null) {
      const list = await this.#freshList(freshness).done;
      return list instanceof SourceProblemError ? list : null;
    }
    const askedAt = this.#options.now();
    try {
      const readings = (await this.source.readChildren?.(parentId, this.#request())) ?? [];
      for (const reading of readings) this.#known.observe(reading, askedAt, this.#options.now(), true);
      return null;
    } catch (error) {
      return this.#options.health.failed(error);
    } finally {
      this.#tell();
    }
  }

  #childrenOr(problem: SourceProblemError | null, parentId: string): readonly Task[] {
    const children = this.#known.childrenOf(parentId);
    if (problem === null) return children;
    const parent = this.#known.get(parentId);
    if (parent === undefined || !isPresentable(problem, parent.observedAt, this.#options.now())) throw problem;
    return children.map((task) => markStale(task, task.observedAt));
  }

  #staleOr(problem: SourceProblemError, localId: string): TaskAnswer {
    const task = this.#known.get(localId);
    return task !== undefined && isPresentable(problem, task.observedAt, this.#options.now()) ? markStale(task, task.observedAt) : problem;
  }

  #request(): ReadRequest {
    return { signal: AbortSignal.timeout(this.source.timeoutMs), known: (localId) => this.#known.get(localId) };
  }

  #tell(): void {
    this.changes.tell(this.#known.takeDifferences(), healthKeyOf(this.health()));
  }
}
