import { compareCodePoints } from './compare-code-points.js';
import type { TaskOrderDirection } from './order-direction.js';

/** What items are ordered by; null comes last in both directions. */
export type OrderKey = number | string | null;

/** The name of an order, as its cursors carry it. */
export interface OrderName {
  readonly field: string;
  readonly direction: TaskOrderDirection;
}

/** A total order of items: by key, ties by id, ascending in both directions. */
export interface Ordering<T> extends OrderName {
  keyOf(item: T): OrderKey;
  /** Unique in a list. */
  idOf(item: T): string;
}

/** A comparator for sorting. */
export function compareBy<T>(ordering: Ordering<T>): (left: T, right: T) => number {
  const { direction } = ordering;
  return (left, right) =>
    compareKeys(direction, ordering.keyOf(left), ordering.keyOf(right)) || compareCodePoints(ordering.idOf(left), ordering.idOf(right));
}

/** Nulls last in both directions; text by code points. A list has keys of one type, a cursor may bring another: numbers come first. */
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
