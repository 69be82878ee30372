import { Field, InputType, registerEnumType } from 'type-graphql';

import { compareCodePoints } from '../lib/code-points.js';
import type { Task } from './task.js';

export const TaskOrderDirection = {
  ASC: 'ASC',
  DESC: 'DESC',
} as const;
export type TaskOrderDirection = keyof typeof TaskOrderDirection;

registerEnumType(TaskOrderDirection, {
  name: 'TaskOrderDirection',
  description: 'Direction in which tasks are ordered.',
  valuesConfig: {
    ASC: { description: 'Smallest values and earliest times come first.' },
    DESC: { description: 'Largest values and latest times come first.' },
  },
});

export const TaskOrderField = {
  CREATED_AT: 'CREATED_AT',
  CHANGED_AT: 'CHANGED_AT',
  FINISHED_AT: 'FINISHED_AT',
  NAME: 'NAME',
} as const;
export type TaskOrderField = keyof typeof TaskOrderField;

registerEnumType(TaskOrderField, {
  name: 'TaskOrderField',
  description: 'A field by which tasks can be ordered. Values may be added.',
  valuesConfig: {
    CREATED_AT: { description: 'Order by createdAt, when the task was created at its control plane.' },
    CHANGED_AT: { description: 'Order by changedAt, when this gateway last saw the task change.' },
    FINISHED_AT: { description: 'Order by finishedAt, when the work ended.' },
    NAME: { description: 'Order by name, compared by Unicode code points.' },
  },
});

@InputType({
  description:
    'The order of tasks in a list. Tasks that have no value in the field come last in both directions; among equals, the smaller id comes first.',
})
export class TaskOrder {
  @Field(() => TaskOrderField, { description: 'The field by which tasks are ordered.', defaultValue: 'CREATED_AT' })
  field!: TaskOrderField;

  @Field(() => TaskOrderDirection, { description: 'The direction in which tasks are ordered.', defaultValue: 'DESC' })
  direction!: TaskOrderDirection;
}

/** The order of tasks when none is requested: newest first. */
export const defaultTaskOrder: Readonly<TaskOrder> = { field: 'CREATED_AT', direction: 'DESC' };

/** Creates a comparator of tasks. Nulls come last in both directions, and ties are broken by ascending id. */
export function createTaskComparator(order: Readonly<TaskOrder>): (left: Task, right: Task) => number {
  return createComparator(createTaskOrdering(order));
}

/** Creates the ordering by which tasks are paged. */
export function createTaskOrdering({ field, direction }: Readonly<TaskOrder>): Ordering<Task> {
  return { field, direction, getKey: orderKeys[field], getId: (task) => task.id };
}

/** The field that tasks are ordered by: milliseconds since 1970 (null for a missing time), or the name. */
const orderKeys: Readonly<Record<TaskOrderField, (task: Task) => OrderKey>> = {
  CREATED_AT: (task) => task.createdAt,
  CHANGED_AT: (task) => task.changedAt,
  FINISHED_AT: (task) => task.finishedAt,
  NAME: (task) => task.name,
};

/** The value that an item is ordered by; null comes last in both directions. */
export type OrderKey = number | string | null;

/** Identifies an ordering in its cursors. */
export interface OrderName {
  readonly field: string;
  readonly direction: TaskOrderDirection;
}

/** A total order of items: by key, and for equal keys by ascending id in both directions. */
export interface Ordering<T> extends OrderName {
  getKey(item: T): OrderKey;
  /** Unique within a list. */
  getId(item: T): string;
}

export function createComparator<T>(ordering: Ordering<T>): (left: T, right: T) => number {
  const { direction } = ordering;
  return (left, right) =>
    compareKeys(direction, ordering.getKey(left), ordering.getKey(right)) || compareCodePoints(ordering.getId(left), ordering.getId(right));
}

/**
 * Puts nulls last in both directions, and compares text by code points. The keys of a list have one type, but a cursor
 * may contain the other one: numbers come first.
 */
export function compareKeys(direction: TaskOrderDirection, left: OrderKey, right: OrderKey): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  const ascending = compareValues(left, right);
  return direction === 'ASC' ? ascending : -ascending;
}

function compareValues(left: number | string, right: number | string): number {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : -1;
  return typeof right === 'string' ? compareCodePoints(left, right) : 1;
}
