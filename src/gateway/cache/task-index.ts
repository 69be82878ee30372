import type { TaskResource } from '../../model/resource.js';
import { compareTasks, type TaskOrder } from '../../model/task-order.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { newestResources } from './resource-index.js';

/** Tasks that pages are cut from. What it gives is good until the next change: it is to be used at once. */
export interface TaskCollection {
  readonly size: number;
  /** In no order; the same array as long as nothing changes. */
  all(): readonly Task[];
  sortedBy(order: Readonly<TaskOrder>): readonly Task[];
  /** How many there are of each status; none are left out. */
  countsByStatus(): ReadonlyMap<TaskStatus, number>;
}

/** The tasks of a source's list, ready for every order and count; kept so change by change. */
export class TaskIndex implements TaskCollection {
  /** By their ids at the plane. */
  readonly #tasks = new Map<string, Task>();
  /** Orders that were asked for. */
  readonly #orders = new Map<string, SortedTasks>();
  readonly #counts = new Map<TaskStatus, number>();
  readonly #unfinished = new Set<string>();
  readonly #children = new Map<string, Set<Task>>();
  #all: readonly Task[] | null = null;
  #resources: ReadonlyMap<string, TaskResource> | null = null;

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
    if (before !== undefined) this.#leave(before);
    this.#tasks.set(task.sourceTaskId, task);
    this.#count(task.status, 1);
    if (!task.isFinished) this.#unfinished.add(task.sourceTaskId);
    if (task.parentTaskId !== null) this.#childrenAt(task.parentTaskId).add(task);
    for (const order of this.#orders.values()) order.enter(task);
    this.#forgetCopies();
  }

  remove(sourceTaskId: string): void {
    const task = this.#tasks.get(sourceTaskId);
    if (task === undefined) return;
    this.#leave(task);
    this.#tasks.delete(sourceTaskId);
    this.#forgetCopies();
  }

  all(): readonly Task[] {
    this.#all ??= [...this.#tasks.values()];
    return this.#all;
  }

  sortedBy(order: Readonly<TaskOrder>): readonly Task[] {
    const name = `${order.field} ${order.direction}`;
    const sorted = this.#orders.get(name) ?? new SortedTasks(order, this.#tasks.values());
    this.#orders.set(name, sorted);
    return sorted.list();
  }

  countsByStatus(): ReadonlyMap<TaskStatus, number> {
    return this.#counts;
  }

  /** The tasks that are part of another one, in its plane's order. */
  childrenOf(sourceTaskId: string): readonly Task[] {
    return [...(this.#children.get(sourceTaskId) ?? [])].sort(byPosition);
  }

  /** A resource as the newest task describes it that names it. */
  resource(sourceResourceId: string): TaskResource | undefined {
    this.#resources ??= newestResources(this.all());
    return this.#resources.get(sourceResourceId);
  }

  #leave(task: Task): void {
    this.#count(task.status, -1);
    this.#unfinished.delete(task.sourceTaskId);
    if (task.parentTaskId !== null) {
      const siblings = this.#childrenAt(task.parentTaskId);
      siblings.delete(task);
      if (siblings.size === 0) this.#children.delete(task.parentTaskId);
    }
    for (const order of this.#orders.values()) order.leave(task);
  }

  #count(status: TaskStatus, more: 1 | -1): void {
    const count = (this.#counts.get(status) ?? 0) + more;
    if (count === 0) this.#counts.delete(status);
    else this.#counts.set(status, count);
  }

  #childrenAt(parentId: string): Set<Task> {
    const children = this.#children.get(parentId) ?? new Set();
    this.#children.set(parentId, children);
    return children;
  }

  #forgetCopies(): void {
    this.#all = null;
    this.#resources = null;
  }
}

/** Siblings without a position come last; ties by id. */
function byPosition(a: Task, b: Task): number {
  const [left, right] = [a.position ?? Infinity, b.position ?? Infinity];
  if (left === right) return a.id < b.id ? -1 : 1;
  return left < right ? -1 : 1;
}

/** A few tasks, sorted and counted when somebody asks. */
export class UnindexedTasks implements TaskCollection {
  readonly #tasks: readonly Task[];

  constructor(tasks: readonly Task[]) {
    this.#tasks = tasks;
  }

  get size(): number {
    return this.#tasks.length;
  }

  all(): readonly Task[] {
    return this.#tasks;
  }

  sortedBy(order: Readonly<TaskOrder>): readonly Task[] {
    return this.#tasks.toSorted(compareTasks(order));
  }

  countsByStatus(): ReadonlyMap<TaskStatus, number> {
    const counts = new Map<TaskStatus, number>();
    for (const { status } of this.#tasks) counts.set(status, (counts.get(status) ?? 0) + 1);
    return counts;
  }
}

/** Up to so many changes are put in place one by one; more are merged in one pass over all. */
const maxSplicedChanges = 200;

/** Tasks in one order. Changes are put in place when the order is next asked for; the whole is sorted once only. */
export class SortedTasks {
  readonly #compare: (left: Task, right: Task) => number;
  #sorted: Task[];
  readonly #left = new Set<Task>();
  readonly #entered = new Set<Task>();

  constructor(order: Readonly<TaskOrder>, tasks: Iterable<Task>) {
    this.#compare = compareTasks(order);
    this.#sorted = [...tasks].sort(this.#compare);
  }

  enter(task: Task): void {
    if (!this.#left.delete(task)) this.#entered.add(task);
  }

  leave(task: Task): void {
    if (!this.#entered.delete(task)) this.#left.add(task);
  }

  /** It is good until the next change. */
  list(): readonly Task[] {
    const changes = this.#left.size + this.#entered.size;
    if (changes > maxSplicedChanges) this.#merge();
    else if (changes > 0) this.#splice();
    this.#left.clear();
    this.#entered.clear();
    return this.#sorted;
  }

  #splice(): void {
    for (const task of this.#left) this.#sorted.splice(this.#placeOf(task), 1);
    for (const task of this.#entered) this.#sorted.splice(this.#placeOf(task), 0, task);
  }

  #merge(): void {
    const entered = [...this.#entered].sort(this.#compare);
    const merged: Task[] = [];
    let next = 0;
    for (const task of this.#sorted) {
      if (this.#left.has(task)) continue;
      for (let one = entered[next]; one !== undefined && this.#compare(one, task) < 0; one = entered[++next]) merged.push(one);
      merged.push(task);
    }
    for (const one of entered.slice(next)) merged.push(one);
    this.#sorted = merged;
  }

  /** Where it stands, or would. */
  #placeOf(task: Task): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#sorted[middle];
      if (other !== undefined && this.#compare(other, task) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
