import type { Task } from '../../model/task.js';
import { compareTasks } from '../order/order-tasks.js';
import type { TaskOrder } from '../order/order.js';

/** Up to so many changes are put in place one by one; more are merged in one pass over all. */
const fewChanges = 200;

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
    if (changes > fewChanges) this.#merge();
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
