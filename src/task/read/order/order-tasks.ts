import type { Task } from '../../model/task.js';
import type { TaskOrderField } from './order-field.js';
import type { TaskOrder } from './order.js';
import { compareBy, type Ordering, type OrderKey } from './ordering.js';

/** The order of tasks where none is asked for: newest first. */
export const defaultTaskOrder: Readonly<TaskOrder> = { field: 'CREATED_AT', direction: 'DESC' };

/** A comparator for sorting tasks: nulls last in both directions; ties by id, ascending, always. */
export function compareTasks(order: Readonly<TaskOrder>): (left: Task, right: Task) => number {
  return compareBy(taskOrdering(order));
}

/** An order of tasks in the form that pages take. */
export function taskOrdering({ field, direction }: Readonly<TaskOrder>): Ordering<Task> {
  return { field, direction, keyOf: keys[field], idOf: (task) => task.id };
}

/** What a task is ordered by: milliseconds since 1970 (null where there is no time), or its name. */
export function keyOf(task: Task, field: TaskOrderField): OrderKey {
  return keys[field](task);
}

const keys: Readonly<Record<TaskOrderField, (task: Task) => OrderKey>> = {
  CREATED_AT: (task) => task.createdAt,
  CHANGED_AT: (task) => task.changedAt,
  FINISHED_AT: (task) => task.finishedAt,
  NAME: (task) => task.name,
};
