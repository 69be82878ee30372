import type { Steps } from '../../lib/slices.js';
import { createTaskComparator, type TaskOrder } from '../../model/task-order.js';
import { countByStatus, type TaskStatus } from '../../model/task-status.js';
import type { Task } from '../../model/task.js';
import { buildResourceIndex } from './resource-index.js';
import type { TaskCollection } from './task-index.js';

/** A few tasks, sorted and counted on demand. */
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
    return this.#tasks.toSorted(createTaskComparator(order));
  }

  countsByStatus(): ReadonlyMap<TaskStatus, number> {
    return countByStatus(this.#tasks);
  }

  where(_key: string | null, matches: (task: Task) => boolean): TaskCollection {
    return new UnindexedTasks(this.#tasks.filter(matches));
  }

  *prepareOrder(): Steps {}

  *prepareWhere(): Steps {}

  withIds(): null {
    return null;
  }

  partsOf(): null {
    return null;
  }

  namingResource(sourceResourceId: string): readonly Task[] {
    return buildResourceIndex(this.#tasks).get(sourceResourceId) ?? [];
  }

  derive<T extends object>(_key: string, compute: () => T): T {
    return compute();
  }
}
