import { compareCodePoints } from '../../lib/code-points.js';
import type { TaskResource } from '../../model/resource.js';
import type { Task } from '../../model/task.js';

/** Tasks by the ids at the plane of the resources that they or their subtasks name, each in the order of its list. */
type TasksByResource = ReadonlyMap<string, readonly Task[]>;

export function buildResourceIndex(tasks: readonly Task[]): TasksByResource {
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

/** A resource as the newest of the tasks that name it describes it; undefined: none does. */
export function describeResource(naming: readonly Task[], sourceResourceId: string): TaskResource | undefined {
  const oldestFirst = naming.toSorted((a, b) => (a.createdAt ?? -Infinity) - (b.createdAt ?? -Infinity) || compareCodePoints(a.id, b.id));
  const described = oldestFirst.flatMap(listNamedResources).filter((resource) => resource.sourceResourceId === sourceResourceId);
  return described.reduce<TaskResource | undefined>(
    (before, resource) => ({
      ...resource,
      type: resource.type ?? before?.type ?? null,
      name: resource.name ?? before?.name ?? null,
      fqdn: resource.fqdn ?? before?.fqdn ?? null,
      uri: resource.uri ?? before?.uri ?? null,
    }),
    undefined,
  );
}

/** Everything that a task works on, by itself or through one of its subtasks. */
export function listNamedResources({ resources, partResources = [] }: Pick<Task, 'resources' | 'partResources'>): readonly TaskResource[] {
  return partResources.length === 0 ? resources : [...partResources, ...resources];
}
