import type { TaskStatusCount } from '../../model/status-count.js';
import { TaskStatus } from '../../model/status.js';

/** How many have each status: only counts above 0, in the order of the enum. */
export function countByStatus(items: Iterable<{ readonly status: TaskStatus }>): readonly TaskStatusCount[] {
  const counts = new Map<string, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.values(TaskStatus).flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [{ status, count }];
  });
}
