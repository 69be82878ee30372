import type { CursorPlace } from './cursor.js';
import { type Location, locate } from './locate.js';
import type { Ordering } from '../order/ordering.js';

/** Where a cursor points in each of many lists, all sorted by its order, as if they were one. An item is in one of them only. */
export function locateAmong<T>(lists: readonly (readonly T[])[], place: CursorPlace, ordering: Ordering<T>): readonly Location[] {
  const locations = lists.map((list) => locate(list, place, ordering));
  if (place.isExact) return locations;
  const found = lists.flatMap((list, index) => {
    const { before, after } = locations[index] ?? { before: 0, after: 0 };
    const item = list[before];
    return before < after && item !== undefined ? [item] : [];
  });
  const [item] = found;
  if (item === undefined) return locations;
  // Its whole key and id say where it stands among those of the other lists.
  const exact = { ...place, key: ordering.keyOf(item), id: ordering.idOf(item), isKeyCut: false, isExact: true };
  return lists.map((list) => locate(list, exact, ordering));
}
