import type { TaskResource } from '../../model/resource.js';
import type { Task } from '../../model/task.js';

/** Everything that a task works on, by itself or through one of its subtasks. */
export function resourcesNamedBy({ resources, partResources = [] }: Pick<Task, 'resources' | 'partResources'>): readonly TaskResource[] {
  return partResources.length === 0 ? resources : [...partResources, ...resources];
}
