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
import { resourcesNamedBy } from './resources-named-by.js';
import type { Snapshot } from './snapshot.js';
import { outcomeOf } from './source-outcome.js';
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

/** What each source answered that was asked. */
type Answers = readonly { readonly view: View; readonly snapshot: Snapshot }[];

/** A failure group, and the answers that it was made from. */
export interface AnsweredFailureGroup extends FailureGroup {
  readonly answers: Answers;
}

/** Lists of tasks of all planes, for one operation. */
export class TaskLists {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** A page of all tasks that match. Sources that cannot have any are not asked. */
  async page(args: TaskListArguments): Promise<TaskConnection> {
    return this.#page(this.#choose(args.filter), args);
  }

  /** A page of the tasks that name a resource. */
  async tasksOfResource({ sourceName, sourceResourceId }: TaskResource, args: TaskListArguments): Promise<TaskConnection> {
    const view = this.#reader.view(sourceName);
    const choice = this.#choose(args.filter);
    const names = (task: Task): boolean => resourcesNamedBy(task).some((resource) => resource.sourceResourceId === sourceResourceId);
    return this.#page(
      {
        matches: (task) => names(task) && choice.matches(task),
        matchesWithoutStatus: (task) => names(task) && choice.matchesWithoutStatus(task),
        sources: (name, kind) => name === sourceName && choice.sources(name, kind),
        sourceNames: choice.sourceNames,
      },
      { ...args, maxAgeMs: view === null ? null : this.#reader.inheritedFreshness(view).maxAgeMs },
    );
  }

  /** Failed tasks that match, by cause. */
  async failureGroups(args: Omit<TaskListArguments, 'orderBy'>): Promise<TaskFailureGroupConnection> {
    pageOf([], args, failureGroupOrdering);
    const choice = this.#choose(args.filter);
    const answers = await this.#ask(choice, args.maxAgeMs);
    const kinds = new Map(answers.map(({ view }) => [view.source.name, view.source.kind]));
    const failed = answers.flatMap(({ snapshot }) => snapshot.tasks.filter(choice.matches));
    const groups = groupFailures(failed, kinds).map((group): AnsweredFailureGroup => ({ ...group, answers }));
    return { ...pageOf(groups, args, failureGroupOrdering), totalCount: groups.length, sources: this.#outcomes(answers, choice) };
  }

  /** A page of a failure group's tasks, newest first. */
  tasksOfGroup({ answers, members }: AnsweredFailureGroup, args: PageArguments): TaskConnection {
    const ids = new Set(members.map((task) => task.id));
    const isMember = (task: Task): boolean => ids.has(task.id);
    const choice: Choice = { matches: isMember, matchesWithoutStatus: isMember, sources: () => true, sourceNames: [] };
    return this.#connect(answers, choice, { ...args, orderBy: memberOrder });
  }

  async #page(choice: Choice, args: TaskListArguments): Promise<TaskConnection> {
    // Arguments that make no sense are refused before any plane is asked.
    pageOf([], args, taskOrdering(args.orderBy ?? defaultTaskOrder));
    return this.#connect(await this.#ask(choice, args.maxAgeMs), choice, args);
  }

  #choose(filter: TaskFilter | null | undefined): Choice {
    return compileFilter(filter, { kinds: new Map(this.#reader.views().map(({ source }) => [source.name, source.kind])) });
  }

  #ask(choice: Choice, maxAgeMs: number | null | undefined): Promise<Answers> {
    const views = this.#reader.views().filter(({ source }) => choice.sources(source.name, source.kind));
    return Promise.all(views.map(async (view) => ({ view, snapshot: await this.#reader.snapshot(view, maxAgeMs) })));
  }

  #connect(answers: Answers, choice: Choice, args: TaskListArguments): TaskConnection {
    const order = args.orderBy ?? defaultTaskOrder;
    const all = answers.flatMap(({ snapshot }) => snapshot.tasks);
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
    return answers.map(({ view, snapshot }) =>
      outcomeOf(this.#reader.describe(view), snapshot, snapshot.tasks.filter(choice.matches).length),
    );
  }
}
