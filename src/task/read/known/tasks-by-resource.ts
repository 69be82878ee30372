import type { Task } from '../../model/task.js';
import { resourcesNamedBy } from './resources-named-by.js';

/** The tasks of a list by the resources that they or their subtasks name. A list that was indexed once is not walked again. */
export class TasksByResource {
  readonly #indexes = new WeakMap<readonly Task[], ReadonlyMap<string, readonly Task[]>>();

  /** In the order of the list. */
  of(tasks: readonly Task[], sourceResourceId: string): readonly Task[] {
    const index = this.#indexes.get(tasks) ?? indexOf(tasks);
    this.#indexes.set(tasks, index);
    return index.get(sourceResourceId) ?? [];
  }
}

function indexOf(tasks: readonly Task[]): ReadonlyMap<string, readonly Task[]> {
  const index = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const id of new Set(resourcesNamedBy(task).map((resource) => resource.sourceResourceId))) {
      const named = index.get(id);
      if (named === undefined) index.set(id, [task]);
      else named.push(task);
    }
  }
  return index;
}
