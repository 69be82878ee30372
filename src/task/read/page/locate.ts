import { beginsWith, compareCodePoints } from '../order/compare-code-points.js';
import { cursorIdOf, type CursorPlace, encodeCursor } from './cursor.js';
import { compareKeys, type OrderKey, type Ordering } from '../order/ordering.js';

/** Where a place lies in a list. */
export interface Location {
  /** The items in front of this index come before the place. */
  readonly before: number;
  /** The items from this index on come after the place. */
  readonly after: number;
}

/**
 * Where a cursor points in a list that is sorted by its order. The item itself need not be there any more. When it is
 * gone and its key was cut, every item that may stand on either side counts for both: a repeat is better than a gap.
 */
export function locate<T>(sorted: readonly T[], place: CursorPlace, ordering: Ordering<T>): Location {
  if (place.isExact) {
    const compare = (item: T) =>
      compareKeys(ordering.direction, ordering.keyOf(item), place.key) || compareCodePoints(ordering.idOf(item), place.id);
    return { before: firstIndex(sorted, (item) => compare(item) >= 0), after: firstIndex(sorted, (item) => compare(item) > 0) };
  }
  const compare = (item: T) => compareToRun(ordering.keyOf(item), place, ordering);
  const [start, end] = [firstIndex(sorted, (item) => compare(item) >= 0), firstIndex(sorted, (item) => compare(item) > 0)];
  for (let index = start; index < end; index++) {
    const item = sorted[index];
    if (item !== undefined && isAt(item, place, ordering)) return { before: index, after: index + 1 };
  }
  return { before: end, after: start };
}

/** 0 for every key that the cursor's key may have been cut from; they stand together. */
function compareToRun<T>(key: OrderKey, { key: start, isKeyCut }: CursorPlace, { direction }: Ordering<T>): number {
  if (isKeyCut && typeof key === 'string' && typeof start === 'string' && beginsWith(key, start)) return 0;
  return compareKeys(direction, key, start);
}

/** Whether the cursor was made from this item, and would be again. */
function isAt<T>(item: T, place: CursorPlace, ordering: Ordering<T>): boolean {
  const id = ordering.idOf(item);
  if (cursorIdOf(id) !== place.id) return false;
  if (!place.isKeyCut) return true;
  const { field, direction } = ordering;
  return encodeCursor({ field, direction, key: ordering.keyOf(item), id }) === place.text;
}

/** The first index from which a test holds; it holds for every later one. */
function firstIndex<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item === undefined || holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
