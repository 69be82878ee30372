import { countByStatus, deriveCompletion, type TaskStatus } from '../../model/task-status.js';
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
  const byStatus = extent === 'some' ? countByStatus(tasks.all().filter(filter.matchesWithoutStatus)) : tasks.countsByStatus();
  let matching = 0;
  for (const [status, count] of byStatus) if (filter.matchesStatus({ status, ...deriveCompletion(status) })) matching += count;
  return { matching, byStatus };
}
