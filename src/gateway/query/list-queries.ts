import type { TaskResource } from '../../model/resource.js';
import type { TaskSourceAnswered, TaskSourceOutcome, TaskSourceStale, TaskSourceUnavailable } from '../../model/source-outcome.js';
import { createOtherProblem, defaultRetryAfterMs, isCredentialRefusal } from '../../model/source-problem.js';
import { createTaskOrdering, defaultTaskOrder } from '../../model/task-order.js';
import type { TaskSource } from '../../model/task-source.js';
import { sumStatusCounts } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { TasksByResource } from '../cache/resource-index.js';
import type { Snapshot } from '../cache/snapshot.js';
import type { SourceCache } from '../cache/source-cache.js';
import { type TaskCollection, UnindexedTasks } from '../cache/task-index.js';
import type { CreationWindow } from '../history/forgotten-tasks.js';
import type { FailureGroupListArguments, PageArguments, TaskListArguments } from './arguments.js';
import type { AuthorizedReader } from './authorized-reader.js';
import { type CompiledFilter, compileFilter, countTasks, type TaskCounts } from './compile-filter.js';
import { type FailureGroup, failureGroupMemberOrder, failureGroupOrdering, groupFailures } from './failure-groups.js';
import { type ConnectionPage, sliceMergedPage, slicePage } from './pagination.js';
import type { TaskConnection, TaskFailureGroupConnection } from './task-connections.js';
import type { TaskFilter } from './task-filter.js';

/** What each source answered that was asked, and those of its tasks that a list is about. */
type SourceAnswers = readonly { readonly cache: SourceCache; readonly snapshot: Snapshot; readonly tasks: TaskCollection }[];

/** A failure group, and the answers that it was made from. */
export interface AnsweredFailureGroup extends FailureGroup {
  readonly answers: SourceAnswers;
}

/** Lists of tasks of all planes, for one operation. */
export class ListQueries {
  readonly #reader: AuthorizedReader;
  readonly #byResource = new TasksByResource();

  constructor(reader: AuthorizedReader) {
    this.#reader = reader;
  }

  /** A page of all tasks that match. Sources that cannot have any are not asked. */
  async page(args: TaskListArguments): Promise<TaskConnection> {
    const filter = this.#compile(args.filter);
    checkPageArguments(args);
    return this.#connect(await this.#ask(filter.mayMatchSource, args), filter, args);
  }

  /** A page of the tasks that name a resource. */
  async tasksOfResource({ sourceName, sourceResourceId }: TaskResource, args: TaskListArguments): Promise<TaskConnection> {
    checkPageArguments(args);
    const cache = this.#reader.cache(sourceName);
    const filter = this.#compile(args.filter);
    const maxAgeMs = cache === null ? null : this.#reader.inheritedFreshness(cache).maxAgeMs;
    const wanted: CompiledFilter['mayMatchSource'] = (name, kind) => name === sourceName && filter.mayMatchSource(name, kind);
    const answers = await this.#ask(wanted, { ...args, maxAgeMs });
    const naming = answers.map((answer) => ({
      ...answer,
      tasks: new UnindexedTasks(this.#byResource.find(answer.tasks.all(), sourceResourceId)),
    }));
    return this.#connect(naming, filter, args);
  }

  /** Failed tasks that match, by cause. */
  async failureGroups(args: FailureGroupListArguments): Promise<TaskFailureGroupConnection> {
    slicePage([], args, failureGroupOrdering);
    const filter = this.#compile(args.filter);
    const answers = await this.#ask(filter.mayMatchSource, args);
    const kinds = new Map(answers.map(({ cache }) => [cache.source.name, cache.source.kind]));
    const failed = answers.flatMap(({ tasks }) => tasks.all().filter(filter.matches));
    const groups = groupFailures(failed, kinds).map((group): AnsweredFailureGroup => ({ ...group, answers }));
    const sources = this.#outcomes(answers, countBySource(answers, filter));
    return { ...slicePage(groups, args, failureGroupOrdering), totalCount: groups.length, sources };
  }

  /** A page of a failure group's tasks, newest first. */
  tasksOfGroup({ answers, members }: AnsweredFailureGroup, args: PageArguments): TaskConnection {
    const own = answers.map((answer) => ({
      ...answer,
      tasks: new UnindexedTasks(members.filter((task) => task.sourceName === answer.cache.source.name)),
    }));
    return this.#connect(own, this.#compile(null), { ...args, orderBy: failureGroupMemberOrder });
  }

  #compile(filter: TaskFilter | null | undefined): CompiledFilter {
    return compileFilter(filter, new Map(this.#reader.caches().map(({ source }) => [source.name, source.kind])));
  }

  #ask(wanted: CompiledFilter['mayMatchSource'], { filter, maxAgeMs }: TaskListArguments): Promise<SourceAnswers> {
    const window = parseForgottenWindow(filter);
    const caches = this.#reader.caches().filter(({ source }) => wanted(source.name, source.kind));
    return Promise.all(
      caches.map(async (cache) => {
        const snapshot = await addForgottenTasks(cache, await this.#reader.snapshot(cache, maxAgeMs), window, this.#reader);
        return { cache, snapshot, tasks: snapshot.tasks };
      }),
    );
  }

  #connect(answers: SourceAnswers, filter: CompiledFilter, args: TaskListArguments): TaskConnection {
    const order = args.orderBy ?? defaultTaskOrder;
    const lists = answers.map(({ tasks }) => tasks.sortedBy(order));
    const page = sliceMergedPage(lists, filter.matches, args, createTaskOrdering(order));
    const presenters = new Map(answers.map(({ cache, snapshot }) => [cache.source.name, snapshot.present]));
    const counts = countBySource(answers, filter);
    return {
      ...presentPage(page, (task) => presenters.get(task.sourceName)?.(task) ?? task),
      totalCount: counts.reduce((sum, { matching }) => sum + matching, 0),
      countsByStatus: sumStatusCounts(counts.map(({ byStatus }) => byStatus)),
      sources: this.#outcomes(answers, counts),
      unknownSources: filter.sourceNames.filter((name) => this.#reader.cache(name) === null),
    };
  }

  #outcomes(answers: SourceAnswers, counts: readonly TaskCounts[]): readonly TaskSourceOutcome[] {
    return answers.map(({ cache, snapshot }, index) =>
      buildSourceOutcome(
        { source: this.#reader.describeSource(cache), snapshot, circuitOpenForMs: cache.circuitOpenForMs },
        counts[index]?.matching ?? 0,
      ),
    );
  }
}

/** When tasks were created that planes no longer have and that are wanted all the same; null: none are. */
function parseForgottenWindow(filter: TaskFilter | null | undefined): CreationWindow | null {
  if (filter?.includeForgotten !== true) return null;
  return { createdAfter: filter.createdAfter ?? null, createdBefore: filter.createdBefore ?? null };
}

/** Of each answer, in their order. */
function countBySource(answers: SourceAnswers, filter: CompiledFilter): readonly TaskCounts[] {
  return answers.map(({ cache: { source }, tasks }) => countTasks(tasks, filter, filter.matchesAllExceptStatus(source.name, source.kind)));
}

/** Arguments that make no sense are refused before any plane is asked. */
function checkPageArguments(args: TaskListArguments): void {
  slicePage([], args, createTaskOrdering(args.orderBy ?? defaultTaskOrder));
}

/** Adds the tasks that the plane no longer has, unless they were not asked for, or the plane refuses the gateway altogether. */
export async function addForgottenTasks(
  cache: SourceCache,
  snapshot: Snapshot,
  window: CreationWindow | null,
  reader: AuthorizedReader,
): Promise<Snapshot> {
  if (window === null || (snapshot.problem !== null && isCredentialRefusal(snapshot.problem))) return snapshot;
  const { tasks, missing } = await reader.forgotten(cache, window);
  const present = snapshot.tasks.all();
  const known = new Set(present.map(({ id }) => id));
  const all: Snapshot = {
    ...snapshot,
    tasks: new UnindexedTasks([...present, ...tasks.filter(({ id }) => !known.has(id))]),
    present: (task) => (task.isForgotten === true ? task : snapshot.present(task)),
  };
  return missing === null || all.kind !== 'answered' ? all : markIncomplete(all, missing);
}

function markIncomplete(snapshot: Extract<Snapshot, { kind: 'answered' }>, missing: string): Snapshot {
  return { ...snapshot, isComplete: false, problem: snapshot.problem ?? createOtherProblem(missing) };
}

export interface RequestedSource {
  readonly source: TaskSource;
  readonly snapshot: Snapshot;
  /** Milliseconds until its plane is asked again, as it is now: another call may have shown since that it is not worth asking. */
  readonly circuitOpenForMs: number;
}

/** What became of asking one source, as the schema shows it. `taskCount` is that of its tasks after the whole filter. */
export function buildSourceOutcome(
  { source, snapshot, circuitOpenForMs }: RequestedSource,
  taskCount: number,
): TaskSourceAnswered | TaskSourceStale | TaskSourceUnavailable {
  const { observedAt, problem } = snapshot;
  if (snapshot.kind === 'stale') return { __typename: 'TaskSourceStale', source, taskCount, observedAt, problem };
  if (snapshot.kind === 'unavailable') {
    return {
      __typename: 'TaskSourceUnavailable',
      source,
      taskCount,
      observedAt,
      problem,
      retryAfterMs: Math.max(Math.ceil(circuitOpenForMs), snapshot.retryAfterMs ?? (circuitOpenForMs > 0 ? 0 : defaultRetryAfterMs)),
    };
  }
  const { latencyMs, malformedCount, isComplete } = snapshot;
  return { __typename: 'TaskSourceAnswered', source, taskCount, observedAt, problem, latencyMs, malformedCount, isComplete };
}

/** The same page, with its tasks as they are to be shown. */
export function presentPage({ edges, pageInfo }: ConnectionPage<Task>, present: (task: Task) => Task): ConnectionPage<Task> {
  const presented = edges.map(({ cursor, node }) => ({ cursor, node: present(node) }));
  return { edges: presented, nodes: presented.map(({ node }) => node), pageInfo };
}
