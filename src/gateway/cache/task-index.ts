import { compareCodePoints } from '../../lib/code-points.js';
import { lowerBound } from '../../lib/lower-bound.js';
import { mergeInSteps, sortInSteps, type Steps } from '../../lib/slices.js';
import type { TaskResource } from '../../model/resource.js';
import { compareKeys, createTaskComparator, defaultTaskOrder, type TaskOrder } from '../../model/task-order.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { buildResourceIndex, describeResource } from './resource-index.js';
import { TaskViews } from './task-views.js';

/**
 * Tasks that pages are sliced from. Its results are valid until the next change, so they must be used synchronously.
 */
export interface TaskCollection {
  readonly size: number;
  /** In no order; the same array until the next change. */
  all(): readonly Task[];
  sortedBy(order: Readonly<TaskOrder>): readonly Task[];
  countsByStatus(): ReadonlyMap<TaskStatus, number>;
  /** The tasks that pass a test. `key`: equal for equal tests, so that the result can be kept; null: it is not kept. */
  where(key: string | null, matches: (task: Task) => boolean): TaskCollection;
  /** The tasks with one of these ids at the plane, or that are part of one; null where there is no index for that. */
  withIds(sourceTaskIds: readonly string[]): readonly Task[] | null;
  partsOf(sourceTaskIds: readonly string[]): readonly Task[] | null;
  /** The tasks that name a resource, themselves or in their subtasks. */
  namingResource(sourceResourceId: string): readonly Task[];
  /** Sorts the tasks ahead of `sortedBy`, which otherwise sorts all of them at once when the order is new. */
  prepareOrder(order: Readonly<TaskOrder>): Steps;
  /** Tests the tasks ahead of `where`, which otherwise tests all of them at once when the key is new. */
  prepareWhere(key: string, matches: (task: Task) => boolean): Steps;
  /** The result of a function of these tasks, kept until one of them changes. `key`: equal for equal functions. */
  derive<T extends object>(key: string, compute: () => T): T;
}

/** Longer filters are rare, and would take more memory than what they save. */
const maxKeyLength = 2_000;

/** Results that are kept of one state of the tasks. */
const maxDerived = 16;

/** Numbers are never used twice, also not by two indexes, so that a copy and what it replaces cannot be confused. */
let lastVersion = 0;

/** The tasks of a source's list with incrementally maintained indexes: by order, status, parent and resource. */
export class TaskIndex implements TaskCollection {
  /** By their ids at the plane. */
  readonly #tasks = new Map<string, Task>();
  /** One for each order that was ever requested. */
  readonly #orders = new Map<string, SortedTasks>();
  readonly #counts = new Map<TaskStatus, number>();
  readonly #unfinished = new Set<string>();
  readonly #children = new Map<string, Siblings>();
  #all: readonly Task[] | null = null;
  /** The index of which these tasks are a part, and whose order they have; null: none. */
  readonly #whole: TaskIndex | null;
  readonly #views: TaskViews<TaskIndex> = new TaskViews(
    () => new TaskIndex(this),
    () => this.all(),
  );
  readonly #derived = new Map<string, object>();
  #version = ++lastVersion;

  constructor(whole: TaskIndex | null = null) {
    this.#whole = whole;
  }

  /** Another number after each change of the tasks; the same one as long as they are the same objects. */
  get version(): number {
    return this.#version;
  }

  /** It has exactly the tasks that the other index has now. */
  takeVersion({ version }: TaskIndex): void {
    this.#version = version;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Ids at the plane of those that are not finished. */
  get unfinishedIds(): ReadonlySet<string> {
    return this.#unfinished;
  }

  has(sourceTaskId: string): boolean {
    return this.#tasks.has(sourceTaskId);
  }

  put(task: Task): void {
    const before = this.#tasks.get(task.sourceTaskId);
    if (before === task) return;
    if (before !== undefined) this.#removeFromIndexes(before);
    this.#tasks.set(task.sourceTaskId, task);
    this.#count(task.status, 1);
    if (!task.isFinished) this.#unfinished.add(task.sourceTaskId);
    if (task.parentTaskId !== null) this.#addToSiblings(task, task.parentTaskId);
    for (const order of this.#orders.values()) order.add(task);
    this.#recordChange(task.sourceTaskId, task);
  }

  remove(sourceTaskId: string): void {
    const task = this.#tasks.get(sourceTaskId);
    if (task === undefined) return;
    this.#removeFromIndexes(task);
    this.#tasks.delete(sourceTaskId);
    this.#recordChange(sourceTaskId, null);
  }

  all(): readonly Task[] {
    this.#all ??= [...this.#tasks.values()];
    return this.#all;
  }

  sortedBy(order: Readonly<TaskOrder>): readonly Task[] {
    const name = formatOrder(order);
    const known = this.#orders.get(name);
    if (known !== undefined) return known.list();
    const sorted =
      this.#whole === null ? SortedTasks.create(order, this.#tasks.values()) : SortedTasks.select(order, this.#whole, this.#tasks);
    this.#orders.set(name, sorted);
    return sorted.list();
  }

  where(key: string | null, matches: (task: Task) => boolean): TaskCollection {
    return key === null || key.length > maxKeyLength ? this.#filter(matches) : this.#views.read(key, matches);
  }

  *prepareOrder(order: Readonly<TaskOrder>): Steps {
    const name = formatOrder(order);
    // Those of a part are taken from the whole.
    if (this.#whole !== null) return yield* this.#whole.prepareOrder(order);
    const sorted = this.#orders.get(name) ?? SortedTasks.createUnsorted(order, this.all());
    this.#orders.set(name, sorted);
    yield* sorted.sortInSteps();
  }

  *prepareWhere(key: string, matches: (task: Task) => boolean): Steps {
    if (key.length <= maxKeyLength) yield* this.#views.prepareInSteps(key, matches);
  }

  withIds(sourceTaskIds: readonly string[]): readonly Task[] {
    return sourceTaskIds.flatMap((id) => this.#tasks.get(id) ?? []);
  }

  partsOf(sourceTaskIds: readonly string[]): readonly Task[] {
    return sourceTaskIds.flatMap((id) => this.childrenOf(id));
  }

  derive<T extends object>(key: string, compute: () => T): T {
    // The key tells the type.
    const known = this.#derived.get(key) as T | undefined;
    if (known !== undefined) return known;
    const result = compute();
    if (this.#derived.size === maxDerived || key.length > maxKeyLength) this.#derived.clear();
    this.#derived.set(key, result);
    return result;
  }

  /**
   * Sorts the tasks in the orders that another index has, and in the default order. The tasks must not change meanwhile;
   * those of the other index may.
   */
  *sortInSteps(like: TaskIndex): Steps {
    const orders = new Map([[formatOrder(defaultTaskOrder), { order: defaultTaskOrder, sorted: [] as readonly Task[] }]]);
    for (const [name, { order, sorted }] of like.#orders) orders.set(name, { order, sorted });
    for (const [name, { order, sorted }] of orders) this.#orders.set(name, yield* SortedTasks.createInSteps(order, this.#tasks, sorted));
  }

  countsByStatus(): ReadonlyMap<TaskStatus, number> {
    return this.#counts;
  }

  /** The tasks that are part of another one, in its plane's order; the same array until one of them changes. */
  childrenOf(sourceTaskId: string): readonly Task[] {
    const siblings = this.#children.get(sourceTaskId);
    if (siblings === undefined) return noTasks;
    siblings.sorted ??= [...siblings.tasks].sort(compareSiblings);
    return siblings.sorted;
  }

  namingResource(sourceResourceId: string): readonly Task[] {
    return this.derive('by resource', () => buildResourceIndex(this.all())).get(sourceResourceId) ?? noTasks;
  }

  /** A resource as the newest task that names it describes it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    const described = this.derive('described resources', () => new Map<string, TaskResource>());
    const resource = described.get(sourceResourceId) ?? describeResource(this.namingResource(sourceResourceId), sourceResourceId);
    if (resource !== undefined) described.set(sourceResourceId, resource);
    return resource;
  }

  #filter(matches: (task: Task) => boolean): TaskIndex {
    const filtered = new TaskIndex(this);
    for (const task of this.#tasks.values()) if (matches(task)) filtered.put(task);
    return filtered;
  }

  #removeFromIndexes(task: Task): void {
    this.#count(task.status, -1);
    this.#unfinished.delete(task.sourceTaskId);
    if (task.parentTaskId !== null) this.#removeFromSiblings(task, task.parentTaskId);
    for (const order of this.#orders.values()) order.remove(task);
  }

  #count(status: TaskStatus, more: 1 | -1): void {
    const count = (this.#counts.get(status) ?? 0) + more;
    if (count === 0) this.#counts.delete(status);
    else this.#counts.set(status, count);
  }

  #addToSiblings(task: Task, parentId: string): void {
    const siblings = this.#children.get(parentId);
    if (siblings === undefined) return void this.#children.set(parentId, { tasks: new Set([task]), sorted: null });
    siblings.tasks.add(task);
    siblings.sorted = null;
  }

  #removeFromSiblings(task: Task, parentId: string): void {
    const siblings = this.#children.get(parentId);
    if (siblings === undefined) return;
    siblings.tasks.delete(task);
    siblings.sorted = null;
    if (siblings.tasks.size === 0) this.#children.delete(parentId);
  }

  /** What was computed from the tasks as they were is no longer right. */
  #recordChange(sourceTaskId: string, task: Task | null): void {
    this.#views.change(sourceTaskId, task);
    this.#derived.clear();
    this.#version = ++lastVersion;
    this.#all = null;
  }
}

/** The tasks that are part of one other. */
interface Siblings {
  readonly tasks: Set<Task>;
  /** Null until they are asked for, and after each change. */
  sorted: readonly Task[] | null;
}

/** Always the same, so that what was computed from it can be kept. */
const noTasks: readonly Task[] = [];

function formatOrder({ field, direction }: Readonly<TaskOrder>): string {
  return `${field} ${direction}`;
}

/** Siblings without a position come last; ties by id. */
function compareSiblings(left: Task, right: Task): number {
  return compareKeys('ASC', left.position, right.position) || compareCodePoints(left.id, right.id);
}

/**
 * Splicing copies the tail of the array for each change; from about this many on, one merge of both lists costs less.
 */
const maxSplicedChanges = 200;

/** Tasks in one order. Changes are applied when the order is next read, so that the whole is sorted only once. */
class SortedTasks {
  readonly order: Readonly<TaskOrder>;
  readonly #compare: (left: Task, right: Task) => number;
  #sorted: Task[];
  readonly #removed = new Set<Task>();
  readonly #added = new Set<Task>();
  /** The tasks, as long as they have not been sorted; null afterwards. */
  #unsorted: readonly Task[] | null = null;

  private constructor(order: Readonly<TaskOrder>, sorted: Task[]) {
    this.order = order;
    this.#compare = createTaskComparator(order);
    this.#sorted = sorted;
  }

  /** Sorted when they are first needed, or in steps before. `tasks`: an array that does not change. */
  static createUnsorted(order: Readonly<TaskOrder>, tasks: readonly Task[]): SortedTasks {
    const created = new SortedTasks(order, []);
    created.#unsorted = tasks;
    return created;
  }

  *sortInSteps(): Steps {
    const tasks = this.#unsorted;
    if (tasks === null) return;
    const sorted = yield* sortInSteps(tasks, this.#compare);
    // Somebody may have needed them meanwhile.
    if (this.#unsorted === tasks) [this.#sorted, this.#unsorted] = [sorted, null];
  }

  static create(order: Readonly<TaskOrder>, tasks: Iterable<Task>): SortedTasks {
    return new SortedTasks(order, [...tasks].sort(createTaskComparator(order)));
  }

  /** Tasks of a whole that is sorted already. */
  static select(order: Readonly<TaskOrder>, whole: TaskIndex, tasks: ReadonlyMap<string, Task>): SortedTasks {
    if (tasks.size < whole.size / 16) return SortedTasks.create(order, tasks.values());
    const selected = whole.sortedBy(order).filter((task) => tasks.get(task.sourceTaskId) === task);
    // The whole may have changed since these were taken from it.
    return selected.length === tasks.size ? new SortedTasks(order, selected) : SortedTasks.create(order, tasks.values());
  }

  /** `earlier`: many of the same tasks in this order, and others; only the tasks that it lacks are sorted. */
  static *createInSteps(order: Readonly<TaskOrder>, tasks: ReadonlyMap<string, Task>, earlier: readonly Task[]): Steps<SortedTasks> {
    const compare = createTaskComparator(order);
    const kept: Task[] = [];
    const missing = new Set<Task>();
    for (const task of tasks.values()) {
      missing.add(task);
      yield;
    }
    // A copy, because the list may be spliced between two steps.
    for (const task of earlier.slice()) {
      if (missing.delete(task)) kept.push(task);
      yield;
    }
    const added = yield* sortInSteps([...missing], compare);
    return new SortedTasks(order, yield* mergeInSteps(kept, added, compare));
  }

  /** As it was when it was last read, without the changes since. */
  get sorted(): readonly Task[] {
    return this.#sorted;
  }

  add(task: Task): void {
    if (!this.#removed.delete(task)) this.#added.add(task);
  }

  remove(task: Task): void {
    if (!this.#added.delete(task)) this.#removed.add(task);
  }

  /** Valid until the next change. */
  list(): readonly Task[] {
    if (this.#unsorted !== null) [this.#sorted, this.#unsorted] = [this.#unsorted.toSorted(this.#compare), null];
    const changes = this.#removed.size + this.#added.size;
    if (changes > maxSplicedChanges) this.#merge();
    else if (changes > 0) this.#splice();
    this.#removed.clear();
    this.#added.clear();
    return this.#sorted;
  }

  #splice(): void {
    for (const task of this.#removed) this.#sorted.splice(this.#indexOf(task), 1);
    for (const task of this.#added) this.#sorted.splice(this.#indexOf(task), 0, task);
  }

  #merge(): void {
    const added = [...this.#added].sort(this.#compare);
    const merged: Task[] = [];
    let next = 0;
    for (const task of this.#sorted) {
      if (this.#removed.has(task)) continue;
      for (let one = added[next]; one !== undefined && this.#compare(one, task) < 0; one = added[++next]) merged.push(one);
      merged.push(task);
    }
    for (const one of added.slice(next)) merged.push(one);
    this.#sorted = merged;
  }

  /** The index of a task, or where it would be inserted. */
  #indexOf(task: Task): number {
    return lowerBound(this.#sorted, (other) => this.#compare(other, task) >= 0);
  }
}
