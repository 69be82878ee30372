import type { TaskResource } from '../model/resource.js';
import type { Task } from '../model/task.js';
import type { TaskSourceOutcome } from '../source/outcome.js';
import { compileFilter } from './compile-filter.js';
import type { TaskConnection } from './connection.js';
import { countByStatus } from './count-by-status.js';
import type { TaskFailureGroupConnection } from './failure-group-connection.js';
import type { TaskFilter } from './filter.js';
import { type FailureGroup, failureGroupOrdering, groupFailures, memberOrder } from './group-failures.js';
import { compareTasks, defaultTaskOrder, taskOrdering } from './order-tasks.js';
import type { TaskOrder } from './order.js';
import type { PageArguments } from './page-arguments.js';
import { pageOf } from './page.js';
import type { Reader } from './reader.js';
import type { Snapshot } from './snapshot.js';
import { outcomeOf } from './source-outcome.js';
import { TasksByResource } from './tasks-by-resource.js';
import type { View } from './view.js';

export interface TaskListArguments extends PageArguments {
  readonly filter?: TaskFilter | null | undefined;
  readonly orderBy?: TaskOrder | null | undefined;
  readonly maxAgeMs?: number | null | undefined;
}

/** Which tasks a list has, and which sources can have any of them. */
interface Choice {
  readonly matches: (task: Task) => boolean;
  readonly matchesWithoutStatus: (task: Task) => boolean;
  readonly sources: (name: string, kind: string) => boolean;
  /** Names that the filter names. */
  readonly sourceNames: readonly string[];
}

const everyTask: Choice = { matches: () => true, matchesWithoutStatus: () => true, sources: () => true, sourceNames: [] };

/** What each source answered that was asked, and those of its tasks that a list is about. */
type Answers = readonly { readonly view: View; readonly snapshot: Snapshot; readonly tasks: readonly Task[] }[];

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
    return this.#page(this.#choose(args.filter), args);
  }

  /** A page of the tasks that name a resource. */
  async tasksOfResource({ sourceName, sourceResourceId }: TaskResource, args: TaskListArguments): Promise<TaskConnection> {
    checkPage(args);
    const view = this.#reader.view(sourceName);
    const choice = this.#choose(args.filter);
    const maxAgeMs = view === null ? null : this.#reader.inheritedFreshness(view).maxAgeMs;
    const own = { ...choice, sources: (name: string, kind: string) => name === sourceName && choice.sources(name, kind) };
    const answers = await this.#ask(own, maxAgeMs);
    const naming = answers.map((answer) => ({ ...answer, tasks: this.#byResource.of(answer.tasks, sourceResourceId) }));
    return this.#connect(naming, choice, args);
  }

  /** Failed tasks that match, by cause. */
  async failureGroups(args: Omit<TaskListArguments, 'orderBy'>): Promise<TaskFailureGroupConnection> {
    pageOf([], args, failureGroupOrdering);
    const choice = this.#choose(args.filter);
    const answers = await this.#ask(choice, args.maxAgeMs);
    const kinds = new Map(answers.map(({ view }) => [view.source.name, view.source.kind]));
    const failed = answers.flatMap(({ tasks }) => tasks.filter(choice.matches));
    const groups = groupFailures(failed, kinds).map((group): AnsweredFailureGroup => ({ ...group, answers }));
    return { ...pageOf(groups, args, failureGroupOrdering), totalCount: groups.length, sources: this.#outcomes(answers, choice) };
  }

  /** A page of a failure group's tasks, newest first. */
  tasksOfGroup({ answers, members }: AnsweredFailureGroup, args: PageArguments): TaskConnection {
    const own = answers.map((answer) => ({ ...answer, tasks: members.filter((task) => task.sourceName === answer.view.source.name) }));
    return this.#connect(own, everyTask, { ...args, orderBy: memberOrder });
  }

  async #page(choice: Choice, args: TaskListArguments): Promise<TaskConnection> {
    checkPage(args);
    return this.#connect(await this.#ask(choice, args.maxAgeMs), choice, args);
  }

  #choose(filter: TaskFilter | null | undefined): Choice {
    return compileFilter(filter, { kinds: new Map(this.#reader.views().map(({ source }) => [source.name, source.kind])) });
  }

  #ask(choice: Choice, maxAgeMs: number | null | undefined): Promise<Answers> {
    const views = this.#reader.views().filter(({ source }) => choice.sources(source.name, source.kind));
    return Promise.all(
      views.map(async (view) => {
        const snapshot = await this.#reader.snapshot(view, maxAgeMs);
        return { view, snapshot, tasks: snapshot.tasks };
      }),
    );
  }

  #connect(answers: Answers, choice: Choice, args: TaskListArguments): TaskConnection {
    const order = args.orderBy ?? defaultTaskOrder;
    const all = answers.flatMap(({ tasks }) => tasks);
    const matching = all.filter(choice.matches).sort(compareTasks(order));
    return {
      ...pageOf(matching, args, taskOrdering(order)),
      totalCount: matching.length,
      countsByStatus: countByStatus(all.filter(choice.matchesWithoutStatus)),
      sources: this.#outcomes(answers, choice),
      unknownSources: choice.sourceNames.filter((name) => this.#reader.view(name) === null),
    };
  }

  #outcomes(answers: Answers, choice: Choice): readonly TaskSourceOutcome[] {
    return answers.map(({ view, snapshot, tasks }) =>
      outcomeOf(this.#reader.describe(view), snapshot, tasks.filter(choice.matches).length),
    );
  }
}

/** Arguments that make no sense are refused before any plane is asked. */
function checkPage(args: TaskListArguments): void {
  pageOf([], args, taskOrdering(args.orderBy ?? defaultTaskOrder));
}
