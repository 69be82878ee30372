import { deriveCompletion, TaskStatus, type TaskStatusCount } from '../../model/task-status.js';
import type { TaskCollection } from '../cache/task-index.js';
import type { CompiledFilter } from './compile-filter.js';

/** How many tasks of one source a filter matches. */
export interface TaskCounts {
  readonly matching: number;
  /** Of each status, without the filter's own `statuses` and `isFinished`. */
  readonly byStatus: ReadonlyMap<TaskStatus, number>;
}

/** Counts without looking at any task where the filter says no more than the status and the source. */
export function countTasks(
  tasks: TaskCollection,
  filter: Pick<CompiledFilter, 'matchesWithoutStatus' | 'matchesStatus'>,
  extent: 'whole but status' | 'some',
): TaskCounts {
  const byStatus = extent === 'some' ? countMatching(tasks, filter.matchesWithoutStatus) : new Map(tasks.countsByStatus());
  let matching = 0;
  for (const [status, count] of byStatus) if (filter.matchesStatus({ status, ...deriveCompletion(status) })) matching += count;
  return { matching, byStatus };
}

function countMatching(tasks: TaskCollection, matches: CompiledFilter['matchesWithoutStatus']): Map<TaskStatus, number> {
  const counts = new Map<TaskStatus, number>();
  for (const task of tasks.all()) if (matches(task)) counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  return counts;
}

/** How many have each status: only counts above 0, in the order of the enum. */
export function countByStatus(items: Iterable<{ readonly status: TaskStatus }>): readonly TaskStatusCount[] {
  const counts = new Map<string, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.values(TaskStatus).flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [{ status, count }];
  });
}
