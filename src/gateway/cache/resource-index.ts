import { compareCodePoints } from '../../lib/code-points.js';
import type { TaskResource } from '../../model/resource.js';
import type { Task } from '../../model/task.js';

/**
 * Finds the tasks of a list by the resources that they or their subtasks name, for one operation: each list is indexed
 * once, however many of its resources the operation shows. An index kept with every cache would cost memory for a field
 * that is rarely selected.
 */
export class TasksByResource {
  readonly #indexes = new WeakMap<readonly Task[], ReadonlyMap<string, readonly Task[]>>();

  /** In the order of the list. */
  find(tasks: readonly Task[], sourceResourceId: string): readonly Task[] {
    const index = this.#indexes.get(tasks) ?? buildResourceIndex(tasks);
    this.#indexes.set(tasks, index);
    return index.get(sourceResourceId) ?? [];
  }
}

function buildResourceIndex(tasks: readonly Task[]): ReadonlyMap<string, readonly Task[]> {
  const index = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const id of new Set(listNamedResources(task).map((resource) => resource.sourceResourceId))) {
      const named = index.get(id);
      if (named === undefined) index.set(id, [task]);
      else named.push(task);
    }
  }
  return index;
}

/** Resources by their ids at the plane, each as the newest task that names it describes it. */
export function newestResources(tasks: readonly Task[]): ReadonlyMap<string, TaskResource> {
  const oldestFirst = tasks.toSorted((a, b) => (a.createdAt ?? -Infinity) - (b.createdAt ?? -Infinity) || compareCodePoints(a.id, b.id));
  const resources = new Map<string, TaskResource>();
  for (const resource of oldestFirst.flatMap(listNamedResources)) {
    const before = resources.get(resource.sourceResourceId);
    resources.set(resource.sourceResourceId, {
      ...resource,
      type: resource.type ?? before?.type ?? null,
      name: resource.name ?? before?.name ?? null,
      fqdn: resource.fqdn ?? before?.fqdn ?? null,
      uri: resource.uri ?? before?.uri ?? null,
    });
  }
  return resources;
}

/** Everything that a task works on, by itself or through one of its subtasks. */
export function listNamedResources({ resources, partResources = [] }: Pick<Task, 'resources' | 'partResources'>): readonly TaskResource[] {
  return partResources.length === 0 ? resources : [...partResources, ...resources];
}
