import type { TaskResource } from '../../model/resource.js';
import type { TaskStatus } from '../../model/status.js';
import type { Task } from '../../model/task.js';
import { newestResources } from './newest-resources.js';
import type { TaskOrder } from '../order/order.js';
import { SortedTasks } from './sorted-tasks.js';
import type { TaskList } from './task-list.js';

/** The tasks of a source's list, ready for every order and count; kept so change by change. */
export class TaskIndex implements TaskList {
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

  has(localId: string): boolean {
    return this.#tasks.has(localId);
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

  remove(localId: string): void {
    const task = this.#tasks.get(localId);
    if (task === undefined) return;
    this.#leave(task);
    this.#tasks.delete(localId);
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
  childrenOf(localId: string): readonly Task[] {
    return [...(this.#children.get(localId) ?? [])].sort(byPosition);
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
