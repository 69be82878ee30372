import { BadUserInputError } from '../../model/errors.js';
import { type Node, parseGlobalId } from '../../model/global-id.js';
import type { TaskResource } from '../../model/resource.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { computeRunningTime, isRunning, type TaskLifecycle } from '../../model/task-lifecycle.js';
import type { TaskSource } from '../../model/task-source.js';
import type { Task } from '../../model/task.js';
import type { PageArguments, SubtaskListArguments } from './arguments.js';
import type { AuthorizedReader } from './authorized-reader.js';
import { maxPageSize, type TaskSubtaskConnection, type TaskSubtaskTree } from './connection-types.js';
import type { LookupBudget } from './operation-limits.js';
import { checkPageArguments, slicePage } from './pagination.js';
import { listSubtasks, pageSubtasks, siblingOrdering } from './subtask-pages.js';
import { buildSubtaskTree, type SubtaskTree, treeOrdering } from './subtask-tree.js';

const maxPollAfterMs = 3_600_000;

/** Single tasks, sources and resources, and what belongs to one of them, for one operation. */
export class NodeQueries {
  readonly #reader: AuthorizedReader;
  readonly #pollAfterMs: (task: Task) => number;
  readonly #budget: LookupBudget;
  /** An operation may select several pages of one tree. */
  readonly #trees = new Map<Task, Promise<SubtaskTree>>();

  /** `pollAfterMs`: when an unfinished task is worth reading again. */
  constructor(reader: AuthorizedReader, budget: LookupBudget, pollAfterMs: (task: Task) => number) {
    this.#reader = reader;
    this.#budget = budget;
    this.#pollAfterMs = pollAfterMs;
  }

  /** Null when there is no such task, or it may not be read. */
  async task(id: string, maxAgeMs?: number | null): Promise<Task | null> {
    const parsed = parseGlobalId(id);
    return parsed?.kind === 'task' ? this.#read(parsed.sourceName, parsed.sourceTaskId, maxAgeMs) : null;
  }

  async bySourceTaskId(sourceName: string, sourceTaskId: string): Promise<Task | null> {
    return this.#read(sourceName, sourceTaskId);
  }

  /** Null when there is nothing with this id, or it may not be read. */
  async node(id: string): Promise<Node | null> {
    const parsed = parseGlobalId(id);
    if (parsed === null) return null;
    if (parsed.kind === 'source') return this.source(parsed.sourceName);
    if (parsed.kind === 'resource') return this.#resource(parsed.sourceName, parsed.sourceResourceId);
    return this.#read(parsed.sourceName, parsed.sourceTaskId);
  }

  nodes(ids: readonly string[]): readonly Promise<Node | null>[] {
    if (ids.length > maxPageSize) throw new BadUserInputError(`ids has at most ${maxPageSize} entries; there were ${ids.length}.`);
    return ids.map((id) => this.node(id));
  }

  /** To be called before references of a router are read, each by `node`. Throws a LimitExceededError when there are too many. */
  chargeReferences(count: number): void {
    this.#budget.chargeReferences(count);
  }

  source(name: string): TaskSource | null {
    const cache = this.#reader.cache(name);
    return cache === null ? null : this.#reader.describeSource(cache);
  }

  sources(): readonly TaskSource[] {
    return this.#reader.caches().map((cache) => this.#reader.describeSource(cache));
  }

  /** Null when there is no such source, or it may not be read. */
  async healthAfterReads(sourceName: string): Promise<TaskSourceHealth | null> {
    return this.#reader.healthAfterReads(sourceName);
  }

  /** When a task was last read from its plane, in milliseconds since 1970. */
  observedAt(task: Task): number {
    return this.#reader.cache(task.sourceName)?.observedAt(task) ?? task.observedAt;
  }

  readParent(task: Task): Promise<Task | null> {
    return this.#reader.readParent(task);
  }

  /** A page of the subtasks that are inside the task and of the tasks that name it as their parent. */
  pageSubtasks(task: Task, args: SubtaskListArguments): TaskSubtaskConnection | Promise<TaskSubtaskConnection> {
    checkPageArguments(args, siblingOrdering);
    const children = this.#reader.readChildren(task);
    return children instanceof Promise ? children.then((read) => pageSubtasks(task, read, args)) : pageSubtasks(task, children, args);
  }

  /** A page of all parts of the task at any depth. */
  async pageSubtaskTree(task: Task, args: PageArguments): Promise<TaskSubtaskTree> {
    checkPageArguments(args, treeOrdering);
    const tree = this.#trees.get(task) ?? buildSubtaskTree(task, async (one) => listSubtasks(one, await this.#reader.readChildren(one)));
    this.#trees.set(task, tree);
    const { nodes, isComplete } = await tree;
    const page = slicePage(nodes, args, treeOrdering);
    return { nodes: page.nodes, pageInfo: page.pageInfo, totalCount: nodes.length, isComplete };
  }

  /** Milliseconds until a task is worth reading again, at most one hour; null when it will not change. */
  nextPollAfterMs(task: Task): number | null {
    if (task.isFinished || task.isForgotten === true) return null;
    this.#reader.noteMoment();
    return Math.min(this.#pollAfterMs(task), maxPollAfterMs);
  }

  /** Milliseconds that the work has run so far, or ran in all when finished; null when that is not known. */
  computeDuration(work: TaskLifecycle): number | null {
    if (isRunning(work)) this.#reader.noteMoment();
    return computeRunningTime(work, this.#reader.executedAt);
  }

  async #read(sourceName: string, sourceTaskId: string, maxAgeMs?: number | null): Promise<Task | null> {
    this.#budget.chargeTask(sourceName, sourceTaskId);
    return this.#reader.task(sourceName, sourceTaskId, maxAgeMs);
  }

  async #resource(sourceName: string, sourceTaskId: string): Promise<TaskResource | null> {
    const cache = this.#reader.cache(sourceName);
    if (cache === null) return null;
    const snapshot = await this.#reader.snapshot(cache, null, false);
    const resource = cache.resource(sourceTaskId);
    if (snapshot.kind === 'unavailable')
      throw new SourceProblemError(snapshot.problem.kind, snapshot.problem.message, {
        ...snapshot.problem,
        retryAfterMs: snapshot.retryAfterMs,
      }).withMinRetryAfter(cache.circuitOpenForMs);
    return resource ?? null;
  }
}
