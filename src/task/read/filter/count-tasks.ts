import type { TaskStatus } from '../../model/status.js';
import { lifeOf } from '../../model/status.js';
import type { CompiledFilter } from './compile-filter.js';
import type { TaskList } from '../known/task-list.js';

/** How many tasks of one source a filter matches. */
export interface TaskCounts {
  readonly matching: number;
  /** Of each status, without the filter's own `statuses` and `isFinished`. */
  readonly byStatus: ReadonlyMap<TaskStatus, number>;
}

/** Counts without looking at any task where the filter says no more than the status and the source. */
export function countTasks(
  tasks: TaskList,
  filter: Pick<CompiledFilter, 'matchesWithoutStatus' | 'matchesStatus'>,
  extent: 'whole but status' | 'some',
): TaskCounts {
  const byStatus = extent === 'some' ? countSome(tasks, filter.matchesWithoutStatus) : new Map(tasks.countsByStatus());
  let matching = 0;
  for (const [status, count] of byStatus) if (filter.matchesStatus({ status, ...lifeOf(status) })) matching += count;
  return { matching, byStatus };
}

function countSome(tasks: TaskList, matches: CompiledFilter['matchesWithoutStatus']): Map<TaskStatus, number> {
  const counts = new Map<TaskStatus, number>();
  for (const task of tasks.all()) if (matches(task)) counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  return counts;
}
