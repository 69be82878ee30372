import type { TaskStatus } from '../../model/status.js';
import type { Task } from '../../model/task.js';
import { compareTasks } from '../order/order-tasks.js';
import type { TaskOrder } from '../order/order.js';
import type { TaskList } from './task-list.js';

/** A few tasks, sorted and counted when somebody asks. */
export class SomeTasks implements TaskList {
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
