import type { TaskResource } from '../../model/resource.js';
import type { Task } from '../../model/task.js';
import { resourcesNamedBy } from './resources-named-by.js';

/** Resources by their ids at the plane, each as the newest task describes it that names it. */
export function newestResources(tasks: readonly Task[]): ReadonlyMap<string, TaskResource> {
  const oldestFirst = tasks.toSorted((a, b) => (a.createdAt ?? -Infinity) - (b.createdAt ?? -Infinity) || (a.id < b.id ? -1 : 1));
  const resources = new Map<string, TaskResource>();
  for (const resource of oldestFirst.flatMap(resourcesNamedBy)) {
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
