import { beginsWith, compareCodePoints } from '../../lib/code-points.js';
import { compareKeys, type Ordering, type OrderKey } from '../../model/task-order.js';
import { type DecodedCursor, encodeCursor, shortenCursorId } from './cursor.js';

/** Where a place lies in a list. */
export interface CursorLocation {
  /** The items in front of this index come before the place. */
  readonly before: number;
  /** The items from this index on come after the place. */
  readonly after: number;
}

/**
 * Where a cursor points in a list that is sorted by its order. The item itself need not be there any more. When it is
 * gone and its key was cut, every item that may stand on either side counts for both: a repeat is better than a gap.
 */
export function locateCursor<T>(sorted: readonly T[], place: DecodedCursor, ordering: Ordering<T>): CursorLocation {
  if (place.isExact) {
    const compare = (item: T) =>
      compareKeys(ordering.direction, ordering.getKey(item), place.key) || compareCodePoints(ordering.getId(item), place.id);
    return { before: firstIndex(sorted, (item) => compare(item) >= 0), after: firstIndex(sorted, (item) => compare(item) > 0) };
  }
  const compare = (item: T) => compareToCutKey(ordering.getKey(item), place, ordering);
  const [start, end] = [firstIndex(sorted, (item) => compare(item) >= 0), firstIndex(sorted, (item) => compare(item) > 0)];
  for (let index = start; index < end; index++) {
    const item = sorted[index];
    if (item !== undefined && isCursorOf(item, place, ordering)) return { before: index, after: index + 1 };
  }
  return { before: end, after: start };
}

/** 0 for every key that the cursor's key may have been cut from; they stand together. */
function compareToCutKey<T>(key: OrderKey, { key: start, isKeyCut }: DecodedCursor, { direction }: Ordering<T>): number {
  if (isKeyCut && typeof key === 'string' && typeof start === 'string' && beginsWith(key, start)) return 0;
  return compareKeys(direction, key, start);
}

/** Whether the cursor was made from this item, and would be again. */
function isCursorOf<T>(item: T, place: DecodedCursor, ordering: Ordering<T>): boolean {
  const id = ordering.getId(item);
  if (shortenCursorId(id) !== place.id) return false;
  if (!place.isKeyCut) return true;
  const { field, direction } = ordering;
  return encodeCursor({ field, direction, key: ordering.getKey(item), id }) === place.text;
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

/** Where a cursor points in each of many lists, all sorted by its order, as if they were one. An item is in one of them only. */
export function locateCursorInLists<T>(
  lists: readonly (readonly T[])[],
  place: DecodedCursor,
  ordering: Ordering<T>,
): readonly CursorLocation[] {
  const locations = lists.map((list) => locateCursor(list, place, ordering));
  if (place.isExact) return locations;
  const found = lists.flatMap((list, index) => {
    const { before, after } = locations[index] ?? { before: 0, after: 0 };
    const item = list[before];
    return before < after && item !== undefined ? [item] : [];
  });
  const [item] = found;
  if (item === undefined) return locations;
  // Its whole key and id say where it stands among those of the other lists.
  const exact = { ...place, key: ordering.getKey(item), id: ordering.getId(item), isKeyCut: false, isExact: true };
  return lists.map((list) => locateCursor(list, exact, ordering));
}
