import { lowerBound } from '../../lib/lower-bound.js';
import type { Steps } from '../../lib/slices.js';
import { parseGlobalId } from '../../model/global-id.js';
import type { TaskOrder } from '../../model/task-order.js';
import { countByStatus, deriveCompletion, isFailedStatus, type TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import type { TaskCollection } from '../cache/task-index.js';
import { UnindexedTasks } from '../cache/unindexed-tasks.js';
import type { CompiledFilter, TaskSelection, TimeWindow } from './compile-filter.js';
import { type ListRange, wholeRange } from './pagination.js';

/** How many tasks of one source a filter matches. */
export interface TaskCounts {
  readonly matching: number;
  /** By status, without the filter's own `statuses` and `isFinished`. */
  readonly byStatus: ReadonlyMap<TaskStatus, number>;
}

/**
 * The tasks of one source that a filter matches. What can be is taken from views of the index, which are kept from one
 * query to the next, so that the work does not grow with the number of tasks. To be used before the tasks change.
 */
export class SelectedTasks {
  readonly #filter: CompiledFilter;
  /** Those that can match. */
  readonly #all: TaskCollection;
  /** Those that match apart from their status and the windows. */
  readonly #rest: TaskCollection;
  /** Those that match apart from the windows. */
  readonly #withStatus: TaskCollection;

  constructor(tasks: TaskCollection, filter: CompiledFilter, { name, kind }: { readonly name: string; readonly kind: string }) {
    const { selection } = filter;
    const { restKey, matchesRest, statusKey } = selection;
    const candidates = findCandidates(tasks, selection, name);
    this.#filter = filter;
    this.#all = candidates === null ? tasks : new UnindexedTasks(candidates);
    this.#rest = selection.restMatchesAll(name, kind) ? this.#all : this.#all.where(restKey, matchesRest);
    this.#withStatus = statusKey === null ? this.#rest : this.#all.where(this.#key, (task) => this.#matches(task));
  }

  /** Makes ahead in steps what the constructor and `sortedBy` would make at once; of lists that are known nothing is left to do. */
  static *prepareInSteps(
    tasks: TaskCollection,
    { selection, matchesStatus }: CompiledFilter,
    { name, kind }: { readonly name: string; readonly kind: string },
    order: Readonly<TaskOrder>,
  ): Steps {
    if (findCandidates(tasks, selection, name) !== null) return;
    const { restKey, matchesRest, statusKey, windows } = selection;
    if (!selection.restMatchesAll(name, kind)) yield* tasks.prepareWhere(restKey, matchesRest);
    if (statusKey !== null) yield* tasks.prepareWhere(`${restKey} ${statusKey}`, (task) => matchesStatus(task) && matchesRest(task));
    yield* tasks.prepareOrder(order);
    for (const { field } of windows) yield* tasks.prepareOrder({ field, ...newestFirst });
  }

  /** Those that match, as a part of a sorted list. */
  sortedBy(order: Readonly<TaskOrder>): ListRange<Task> {
    const [window, ...others] = this.#filter.selection.windows;
    if (window === undefined) return wholeRange(this.#withStatus.sortedBy(order));
    if (others.length === 0 && window.field === order.field) return findRange(this.#withStatus, window, order);
    const { start, end } = findRange(this.#withStatus, window);
    if (end - start < this.#withStatus.size / 16) return wholeRange(new UnindexedTasks(this.all()).sortedBy(order));
    return wholeRange(this.#withStatus.sortedBy(order).filter((task) => isWithin(task, window) && isWithinAll(task, others)));
  }

  /** Those that match, in no order. */
  all(): readonly Task[] {
    return takeWindows(this.#withStatus, this.#filter.selection.windows);
  }

  /** Those that match, and failed or timed out, in no order; the same array until one of them changes. */
  failed(): readonly Task[] {
    const { windows } = this.#filter.selection;
    const failed = this.#all.where(`${this.#key} failed`, (task) => isFailedStatus(task.status) && this.#matches(task));
    const [window, ...others] = windows;
    if (window === undefined) return failed.all();
    const { start, end } = findRange(failed, window);
    return failed.derive(JSON.stringify(['tasks', window.field, start, end, others]), () => takeWindows(failed, windows));
  }

  counts(): TaskCounts {
    const byStatus = this.#countByStatus();
    let matching = 0;
    for (const [status, count] of byStatus) if (this.#filter.matchesStatus({ status, ...deriveCompletion(status) })) matching += count;
    return { matching, byStatus };
  }

  /** Equal for equal filters, apart from their windows. */
  get #key(): string {
    const { restKey, statusKey } = this.#filter.selection;
    return `${restKey} ${statusKey}`;
  }

  #matches(task: Task): boolean {
    return this.#filter.matchesStatus(task) && this.#filter.selection.matchesRest(task);
  }

  #countByStatus(): ReadonlyMap<TaskStatus, number> {
    const { windows } = this.#filter.selection;
    const [window, ...others] = windows;
    if (window === undefined) return this.#rest.countsByStatus();
    // A window that moves with the clock has the same tasks most of the time.
    const { start, end } = findRange(this.#rest, window);
    const key = JSON.stringify(['counts', window.field, start, end, others]);
    return this.#rest.derive(key, () => countByStatus(takeWindows(this.#rest, windows)));
  }
}

/** The only tasks that can match; null where the filter does not name them, or there is no index to look them up. */
function findCandidates(tasks: TaskCollection, { ids, parentIds }: TaskSelection, sourceName: string): readonly Task[] | null {
  if (ids !== null) return tasks.withIds(parseSourceTaskIds(ids, sourceName));
  return parentIds === null ? null : tasks.partsOf(parseSourceTaskIds(parentIds, sourceName));
}

/** Ids at the plane of those tasks that belong to a source, each once. */
function parseSourceTaskIds(ids: readonly string[], sourceName: string): readonly string[] {
  const own = ids.flatMap((id) => {
    const parsed = parseGlobalId(id);
    return parsed?.kind === 'task' && parsed.sourceName === sourceName ? [parsed.sourceTaskId] : [];
  });
  return [...new Set(own)];
}

const timeFields = { CREATED_AT: 'createdAt', FINISHED_AT: 'finishedAt', CHANGED_AT: 'changedAt' } as const;

function isWithin(task: Task, { field, after, before }: TimeWindow): boolean {
  const time = task[timeFields[field]];
  return time !== null && (after === null || time >= after) && (before === null || time < before);
}

function isWithinAll(task: Task, windows: readonly TimeWindow[]): boolean {
  return windows.every((window) => isWithin(task, window));
}

function takeWindows(tasks: TaskCollection, [window, ...others]: readonly TimeWindow[]): readonly Task[] {
  if (window === undefined) return tasks.all();
  const { list, start, end } = findRange(tasks, window);
  const inFirst = list.slice(start, end);
  return others.length === 0 ? inFirst : inFirst.filter((task) => isWithinAll(task, others));
}

/** The tasks within a window, which are adjacent in an order by its time. Tasks without the time come last. */
function findRange(
  tasks: TaskCollection,
  { field, after, before }: TimeWindow,
  { direction }: Pick<TaskOrder, 'direction'> = newestFirst,
): ListRange<Task> {
  const list = tasks.sortedBy({ field, direction });
  const findStart = (isReached: (time: number) => boolean): number =>
    lowerBound(list, (task) => {
      const time = task[timeFields[field]];
      return time === null || isReached(time);
    });
  const [isAfter, isBefore] = [(time: number) => after === null || time >= after, (time: number) => before === null || time < before];
  return direction === 'ASC'
    ? { list, start: findStart(isAfter), end: findStart((time) => !isBefore(time)) }
    : { list, start: findStart(isBefore), end: findStart((time) => !isAfter(time)) };
}

const newestFirst = { direction: 'DESC' } as const;
