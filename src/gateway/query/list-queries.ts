import { runInSlices } from '../../lib/slices.js';
import type { TaskResource } from '../../model/resource.js';
import type { TaskSourceAnswered, TaskSourceOutcome, TaskSourceStale, TaskSourceUnavailable } from '../../model/source-outcome.js';
import { createOtherProblem, defaultRetryAfterMs, isCredentialRefusal } from '../../model/source-problem.js';
import { createTaskOrdering, defaultTaskOrder, type TaskOrder } from '../../model/task-order.js';
import type { TaskSource } from '../../model/task-source.js';
import { sumStatusCounts } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import type { Snapshot } from '../cache/snapshot.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { TaskCollection } from '../cache/task-index.js';
import { UnindexedTasks } from '../cache/unindexed-tasks.js';
import type { FailureGroupListArguments, PageArguments, TaskListArguments, TaskPageArguments } from './arguments.js';
import type { AuthorizedReader } from './authorized-reader.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import type { TaskConnection, TaskFailureGroupConnection } from './connection-types.js';
import { type FailureGroup, failureGroupMemberOrder, failureGroupOrdering, groupFailuresOnce } from './failure-groups.js';
import { checkPageArguments, type ConnectionPage, sliceMergedPage, slicePage } from './pagination.js';
import { SelectedTasks, type TaskCounts } from './select-tasks.js';
import type { TaskFilter } from './task-filter.js';

/** What each source of a list gave, and those of its tasks that the list is about. */
type SourceReads = readonly { readonly cache: SourceCache; readonly snapshot: Snapshot; readonly tasks: TaskCollection }[];

/**
 * A failure group, and the reads that it was made from: they go to `tasksOfGroup` with the GraphQL object, so nothing
 * is read again.
 */
export interface FailureGroupWithReads extends FailureGroup {
  readonly reads: SourceReads;
}

/** Lists of tasks of all sources, for one operation. */
export class ListQueries {
  readonly #reader: AuthorizedReader;

  constructor(reader: AuthorizedReader) {
    this.#reader = reader;
  }

  /** A page of all tasks that match. Sources that cannot have any are not read. */
  async page(args: TaskListArguments): Promise<TaskConnection> {
    const filter = this.#compileFilter(args.filter);
    checkTaskPageArguments(args);
    const reads = await this.#readSources(filter.mayMatchSource, args);
    await prepareLongLists(reads, filter, args.orderBy ?? defaultTaskOrder);
    return this.#buildConnection(reads, filter, args);
  }

  /** A page of the tasks that name a resource. */
  async tasksOfResource({ sourceName, sourceResourceId }: TaskResource, args: TaskPageArguments): Promise<TaskConnection> {
    checkTaskPageArguments(args);
    const filter = this.#compileFilter(args.filter);
    const cache = this.#reader.cache(sourceName);
    const maxAgeMs = cache === null ? null : this.#reader.inheritedFreshness(cache).maxAgeMs;
    const mayMatchSource: CompiledFilter['mayMatchSource'] = (name, kind) => name === sourceName && filter.mayMatchSource(name, kind);
    const reads = await this.#readSources(mayMatchSource, { ...args, maxAgeMs });
    const naming = reads.map((read) => ({
      ...read,
      tasks: new UnindexedTasks(read.tasks.namingResource(sourceResourceId)),
    }));
    return this.#buildConnection(naming, filter, args);
  }

  /** Failed tasks that match, grouped by their cause. */
  async failureGroups(args: FailureGroupListArguments): Promise<TaskFailureGroupConnection> {
    checkPageArguments(args, failureGroupOrdering);
    const filter = this.#compileFilter(args.filter);
    const reads = await this.#readSources(filter.mayMatchSource, args);
    const selected = reads.map(({ cache, tasks }) => new SelectedTasks(tasks, filter, cache.source));
    const groups = groupFailuresOnce(
      selected.map((tasks, index) => ({ tasks: tasks.failed(), kind: reads[index]?.cache.source.kind ?? '' })),
    );
    const { edges, pageInfo } = slicePage<FailureGroup>(groups, args, failureGroupOrdering);
    const withReads = edges.map(({ cursor, node }) => ({ cursor, node: { ...node, reads } satisfies FailureGroupWithReads }));
    const sources = this.#describeOutcomes(
      reads,
      selected.map((tasks) => tasks.counts()),
    );
    return { edges: withReads, nodes: withReads.map(({ node }) => node), pageInfo, totalCount: groups.length, sources };
  }

  /** A page of a failure group's tasks, newest first. */
  tasksOfGroup({ reads, members }: FailureGroupWithReads, args: PageArguments): TaskConnection {
    const own = reads.map((read) => ({
      ...read,
      tasks: new UnindexedTasks(members.filter((task) => task.sourceName === read.cache.source.name)),
    }));
    return this.#buildConnection(own, this.#compileFilter(null), { ...args, orderBy: failureGroupMemberOrder });
  }

  #compileFilter(filter: TaskFilter | null | undefined): CompiledFilter {
    return compileFilter(filter, { kinds: new Map(this.#reader.caches().map(({ source }) => [source.name, source.kind])) });
  }

  #readSources(
    mayMatchSource: CompiledFilter['mayMatchSource'],
    { filter, maxAgeMs }: Pick<TaskListArguments, 'filter' | 'maxAgeMs'>,
  ): Promise<SourceReads> {
    const caches = this.#reader.caches().filter(({ source }) => mayMatchSource(source.name, source.kind));
    return Promise.all(
      caches.map(async (cache) => {
        const listed = await this.#reader.snapshot(cache, maxAgeMs, caches.length > 1);
        const snapshot = filter?.includeForgotten === true ? await this.#addForgottenTasks(listed, cache, filter) : listed;
        return { cache, snapshot, tasks: snapshot.tasks };
      }),
    );
  }

  /** Adds the stored tasks that the plane no longer has, unless it refuses the credentials. */
  async #addForgottenTasks(snapshot: Snapshot, cache: SourceCache, filter: TaskFilter): Promise<Snapshot> {
    if (snapshot.problem !== null && isCredentialRefusal(snapshot.problem)) return snapshot;
    const window = { createdAfter: filter.createdAfter ?? null, createdBefore: filter.createdBefore ?? null };
    const { tasks, incompleteReason } = await this.#reader.forgotten(cache, window);
    const listed = snapshot.tasks.all();
    const listedIds = new Set(listed.map(({ id }) => id));
    const all: Snapshot = {
      ...snapshot,
      tasks: new UnindexedTasks([...listed, ...tasks.filter(({ id }) => !listedIds.has(id))]),
      withStaleMark: (task) => (task.isForgotten === true ? task : snapshot.withStaleMark(task)),
    };
    if (incompleteReason === null || all.kind !== 'answered') return all;
    return { ...all, isComplete: false, problem: all.problem ?? createOtherProblem(incompleteReason) };
  }

  #buildConnection(reads: SourceReads, filter: CompiledFilter, args: TaskPageArguments): TaskConnection {
    const order = args.orderBy ?? defaultTaskOrder;
    const selected = reads.map(({ cache, tasks }) => new SelectedTasks(tasks, filter, cache.source));
    const ranges = selected.map((tasks) => tasks.sortedBy(order));
    const page = sliceMergedPage(ranges, args, createTaskOrdering(order));
    const counts = selected.map((tasks) => tasks.counts());
    return {
      ...markStaleTasks(page, reads),
      totalCount: counts.reduce((sum, { matching }) => sum + matching, 0),
      countsByStatus: sumStatusCounts(counts.map(({ byStatus }) => byStatus)),
      sources: this.#describeOutcomes(reads, counts),
      unknownSources: filter.sourceNames.filter((name) => this.#reader.cache(name) === null),
    };
  }

  #describeOutcomes(reads: SourceReads, counts: readonly TaskCounts[]): readonly TaskSourceOutcome[] {
    return reads.map(({ cache, snapshot }, index) => {
      const taskCount = counts[index]?.matching ?? 0;
      // As it is now: another read may have opened the circuit since.
      return describeOutcome(this.#reader.describeSource(cache), taskCount, snapshot, cache.circuitOpenForMs);
    });
  }
}

/** So many tasks are sorted, or tested, in some milliseconds. */
const maxTasksAtOnce = 5_000;

/** Long lists are sorted and filtered in slices when that was not done before. */
async function prepareLongLists(reads: SourceReads, filter: CompiledFilter, order: Readonly<TaskOrder>): Promise<void> {
  for (const { cache, tasks } of reads)
    if (tasks.size > maxTasksAtOnce) await runInSlices(SelectedTasks.prepareInSteps(tasks, filter, cache.source, order));
}

/** Checked before any plane is read. */
function checkTaskPageArguments(args: TaskPageArguments): void {
  checkPageArguments(args, createTaskOrdering(args.orderBy ?? defaultTaskOrder));
}

/** Marks the tasks of a page that are stale. */
function markStaleTasks(page: ConnectionPage<Task>, reads: SourceReads): ConnectionPage<Task> {
  if (reads.every(({ snapshot }) => snapshot.kind === 'answered' && snapshot.isComplete)) return page;
  const { edges, pageInfo } = page;
  const snapshots = new Map(reads.map(({ cache, snapshot }) => [cache.source.name, snapshot]));
  const marked = edges.map(({ cursor, node }) => ({ cursor, node: snapshots.get(node.sourceName)?.withStaleMark(node) ?? node }));
  return { edges: marked, nodes: marked.map(({ node }) => node), pageInfo };
}

/** What came of reading a source, as the schema shows it. */
function describeOutcome(
  source: TaskSource,
  taskCount: number,
  snapshot: Snapshot,
  circuitOpenForMs: number,
): TaskSourceAnswered | TaskSourceStale | TaskSourceUnavailable {
  if (snapshot.kind === 'stale') {
    const { observedAt, problem } = snapshot;
    return { __typename: 'TaskSourceStale', source, taskCount, observedAt, problem };
  }
  if (snapshot.kind === 'unavailable') {
    const { observedAt, problem } = snapshot;
    const atLeastMs = snapshot.retryAfterMs ?? (circuitOpenForMs > 0 ? 0 : defaultRetryAfterMs);
    const retryAfterMs = Math.max(Math.ceil(circuitOpenForMs), atLeastMs);
    return { __typename: 'TaskSourceUnavailable', source, taskCount, observedAt, problem, retryAfterMs };
  }
  const { observedAt, problem, latencyMs, malformedCount, isComplete } = snapshot;
  return { __typename: 'TaskSourceAnswered', source, taskCount, observedAt, problem, latencyMs, malformedCount, isComplete };
}
