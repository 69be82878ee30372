import { decodeCursor } from './cursor.js';
import { locate } from './locate.js';
import type { Ordering } from '../order/ordering.js';
import { type PageArguments, pageSizeOf } from './page-arguments.js';
import { type Page, pageWith } from './page-with.js';

/**
 * Cuts a page out of a whole list. Its `pageInfo` is exact: it says whether the whole list has anything before and
 * after the page, also when the page is empty.
 *
 * @param sorted the whole list, sorted by `compareBy(ordering)`.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function pageOf<T>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): Page<T> {
  const { start, end } = rangeOf(sorted, args, ordering);
  return pageWith(sorted.slice(start, end), ordering, { hasNextPage: end < sorted.length, hasPreviousPage: start > 0 });
}

/** Cursors that contradict each other leave an empty range where the page would begin. */
function rangeOf<T>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): { start: number; end: number } {
  const size = pageSizeOf(args);
  const low = args.after == null ? 0 : locate(sorted, decodeCursor(args.after, ordering), ordering).after;
  const high = args.before == null ? sorted.length : locate(sorted, decodeCursor(args.before, ordering), ordering).before;
  if (args.last == null) return { start: low, end: Math.max(low, Math.min(low + size, high)) };
  return { start: Math.min(high, Math.max(high - size, low)), end: high };
}
