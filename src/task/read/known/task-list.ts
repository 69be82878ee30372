import type { TaskStatus } from '../../model/status.js';
import type { Task } from '../../model/task.js';
import type { TaskOrder } from '../order/order.js';

/** Tasks that pages are cut from. What it gives is good until the next change: it is to be used at once. */
export interface TaskList {
  readonly size: number;
  /** In no order; the same array as long as nothing changes. */
  all(): readonly Task[];
  sortedBy(order: Readonly<TaskOrder>): readonly Task[];
  /** How many there are of each status; none are left out. */
  countsByStatus(): ReadonlyMap<TaskStatus, number>;
}
