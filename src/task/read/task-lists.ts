import type { CreationWindow } from '../history/forgotten-tasks.js';
import type { TaskResource } from '../model/resource.js';
import { TaskStatus } from '../model/status.js';
import type { TaskStatusCount } from '../model/status-count.js';
import type { TaskSourceOutcome } from '../source/outcome.js';
import { type CompiledFilter, compileFilter } from './filter/compile-filter.js';
import type { TaskConnection } from './page/connection.js';
import { countTasks, type TaskCounts } from './filter/count-tasks.js';
import type { TaskFailureGroupConnection } from './failure-groups/failure-group-connection.js';
import type { TaskFilter } from './filter/filter.js';
import { type FailureGroup, failureGroupOrdering, groupFailures, memberOrder } from './failure-groups/group-failures.js';
import { mergedPageOf } from './page/merged-page.js';
import { defaultTaskOrder, taskOrdering } from './order/order-tasks.js';
import type { TaskOrder } from './order/order.js';
import type { PageArguments } from './page/page-arguments.js';
import { pageOf } from './page/page.js';
import { presentedPage } from './page/presented-page.js';
import type { Reader } from './reader.js';
import type { Snapshot } from './view/snapshot.js';
import { SomeTasks } from './known/some-tasks.js';
import { outcomeOf } from './source-outcome.js';
import type { TaskList } from './known/task-list.js';
import { TasksByResource } from './known/tasks-by-resource.js';
import type { View } from './view/view.js';
import { withForgotten } from './with-forgotten.js';

export interface TaskListArguments extends PageArguments {
  readonly filter?: TaskFilter | null | undefined;
  readonly orderBy?: TaskOrder | null | undefined;
  readonly maxAgeMs?: number | null | undefined;
}

/** What each source answered that was asked, and those of its tasks that a list is about. */
type Answers = readonly { readonly view: View; readonly snapshot: Snapshot; readonly tasks: TaskList }[];

/** A failure group, and the answers that it was made from. */
export interface AnsweredFailureGroup extends FailureGroup {
  readonly answers: Answers;
}

/** Lists of tasks of all planes, for one operation. */
export class TaskLists {
  readonly #reader: Reader;
  readonly #byResource = new TasksByResource();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** A page of all tasks that match. Sources that cannot have any are not asked. */
  async page(args: TaskListArguments): Promise<TaskConnection> {
    const filter = this.#compile(args.filter);
    checkPage(args);
    return this.#connect(await this.#ask(filter.sources, args), filter, args);
  }

  /** A page of the tasks that name a resource. */
  async tasksOfResource({ sourceName, sourceResourceId }: TaskResource, args: TaskListArguments): Promise<TaskConnection> {
    checkPage(args);
    const view = this.#reader.view(sourceName);
    const filter = this.#compile(args.filter);
    const maxAgeMs = view === null ? null : this.#reader.inheritedFreshness(view).maxAgeMs;
    const wanted: CompiledFilter['sources'] = (name, kind) => name === sourceName && filter.sources(name, kind);
    const answers = await this.#ask(wanted, { ...args, maxAgeMs });
    const naming = answers.map((answer) => ({
      ...answer,
      tasks: new SomeTasks(this.#byResource.of(answer.tasks.all(), sourceResourceId)),
    }));
    return this.#connect(naming, filter, args);
  }

  /** Failed tasks that match, by cause. */
  async failureGroups(args: Omit<TaskListArguments, 'orderBy'>): Promise<TaskFailureGroupConnection> {
    pageOf([], args, failureGroupOrdering);
    const filter = this.#compile(args.filter);
    const answers = await this.#ask(filter.sources, args);
    const kinds = new Map(answers.map(({ view }) => [view.source.name, view.source.kind]));
    const failed = answers.flatMap(({ tasks }) => tasks.all().filter(filter.matches));
    const groups = groupFailures(failed, kinds).map((group): AnsweredFailureGroup => ({ ...group, answers }));
    const sources = this.#outcomes(answers, countsOf(answers, filter));
    return { ...pageOf(groups, args, failureGroupOrdering), totalCount: groups.length, sources };
  }

  /** A page of a failure group's tasks, newest first. */
  tasksOfGroup({ answers, members }: AnsweredFailureGroup, args: PageArguments): TaskConnection {
    const own = answers.map((answer) => ({
      ...answer,
      tasks: new SomeTasks(members.filter((task) => task.sourceName === answer.view.source.name)),
    }));
    return this.#connect(own, this.#compile(null), { ...args, orderBy: memberOrder });
  }

  #compile(filter: TaskFilter | null | undefined): CompiledFilter {
    return compileFilter(filter, { kinds: new Map(this.#reader.views().map(({ source }) => [source.name, source.kind])) });
  }

  #ask(wanted: CompiledFilter['sources'], { filter, maxAgeMs }: TaskListArguments): Promise<Answers> {
    const window = forgottenWindow(filter);
    const views = this.#reader.views().filter(({ source }) => wanted(source.name, source.kind));
    return Promise.all(
      views.map(async (view) => {
        const snapshot = await withForgotten(view, await this.#reader.snapshot(view, maxAgeMs), window, this.#reader);
        return { view, snapshot, tasks: snapshot.tasks };
      }),
    );
  }

  #connect(answers: Answers, filter: CompiledFilter, args: TaskListArguments): TaskConnection {
    const order = args.orderBy ?? defaultTaskOrder;
    const lists = answers.map(({ tasks }) => tasks.sortedBy(order));
    const page = mergedPageOf(lists, filter.matches, args, taskOrdering(order));
    const presenters = new Map(answers.map(({ view, snapshot }) => [view.source.name, snapshot.present]));
    const counts = countsOf(answers, filter);
    return {
      ...presentedPage(page, (task) => presenters.get(task.sourceName)?.(task) ?? task),
      totalCount: counts.reduce((sum, { matching }) => sum + matching, 0),
      countsByStatus: statusCounts(counts),
      sources: this.#outcomes(answers, counts),
      unknownSources: filter.sourceNames.filter((name) => this.#reader.view(name) === null),
    };
  }

  #outcomes(answers: Answers, counts: readonly TaskCounts[]): readonly TaskSourceOutcome[] {
    return answers.map(({ view, snapshot }, index) =>
      outcomeOf({ source: this.#reader.describe(view), snapshot, notAskedForMs: view.notAskedForMs }, counts[index]?.matching ?? 0),
    );
  }
}

/** When tasks were created that planes no longer have and that are wanted all the same; null: none are. */
function forgottenWindow(filter: TaskFilter | null | undefined): CreationWindow | null {
  if (filter?.includeForgotten !== true) return null;
  return { createdAfter: filter.createdAfter ?? null, createdBefore: filter.createdBefore ?? null };
}

/** Of each answer, in their order. */
function countsOf(answers: Answers, filter: CompiledFilter): readonly TaskCounts[] {
  return answers.map(({ view: { source }, tasks }) =>
    countTasks(tasks, filter, filter.isWholeButStatus(source.name, source.kind) ? 'whole but status' : 'some'),
  );
}

/** Of all sources together: only counts above 0, in the order of the enum. */
function statusCounts(counts: readonly TaskCounts[]): readonly TaskStatusCount[] {
  return Object.values(TaskStatus).flatMap((status) => {
    const count = counts.reduce((sum, { byStatus }) => sum + (byStatus.get(status) ?? 0), 0);
    return count === 0 ? [] : [{ status, count }];
  });
}

/** Arguments that make no sense are refused before any plane is asked. */
function checkPage(args: TaskListArguments): void {
  pageOf([], args, taskOrdering(args.orderBy ?? defaultTaskOrder));
}
