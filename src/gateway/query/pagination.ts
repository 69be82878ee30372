import { beginsWith, compareCodePoints } from '../../lib/code-points.js';
import { lowerBound } from '../../lib/lower-bound.js';
import { BadUserInputError } from '../../model/errors.js';
import { compareKeys, createComparator, type Ordering, type OrderKey, type OrderName } from '../../model/task-order.js';
import type { PageArguments } from './arguments.js';
import { defaultPageSize, maxPageSize, type PageInfo } from './connection-types.js';
import { decodeCursor, type DecodedCursor, encodeCursor, shortenCursorId } from './cursor.js';

/** A page of a list, in the shape of a connection (Relay). */
export interface ConnectionPage<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/**
 * Checks page arguments before anything is read for the page.
 *
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function checkPageArguments(args: PageArguments, ordering: OrderName): void {
  parsePageArguments(args, ordering);
}

/**
 * Slices a page out of a complete list. `pageInfo` is exact, also for an empty page: it says whether the list has
 * anything before and after the page. The tests hold `sliceMergedPage` against it.
 *
 * @param sorted the complete list, sorted by `createComparator(ordering)`.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function slicePage<T>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): ConnectionPage<T> {
  const { size, isBackwards, after, before } = parsePageArguments(args, ordering);
  const low = after === null ? 0 : locateCursor(sorted, after, ordering).after;
  const high = before === null ? sorted.length : locateCursor(sorted, before, ordering).before;
  // Cursors that contradict each other leave an empty range where the page would begin.
  const start = isBackwards ? Math.min(high, Math.max(high - size, low)) : low;
  const end = isBackwards ? high : Math.max(low, Math.min(low + size, high));
  return buildPage(sorted.slice(start, end), ordering, { hasNextPage: end < sorted.length, hasPreviousPage: start > 0 });
}

/**
 * Slices a page out of several lists as if they were one list, merged, sorted and filtered, without building that list:
 * it tests only as many items as the page takes, and until one before and one after the page is found.
 *
 * @param lists each sorted by `createComparator(ordering)`; no item is in two of them.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function sliceMergedPage<T>(
  lists: readonly (readonly T[])[],
  matches: (item: T) => boolean,
  args: PageArguments,
  ordering: Ordering<T>,
): ConnectionPage<T> {
  const { size, isBackwards, after, before } = parsePageArguments(args, ordering);
  const low = after === null ? null : locateCursorInLists(lists, after, ordering);
  const high = before === null ? null : locateCursorInLists(lists, before, ordering);
  const ranges = lists.map((list, index) => ({
    list,
    start: low?.[index]?.after ?? 0,
    end: high?.[index]?.before ?? list.length,
  }));
  return isBackwards ? takeBackwards(ranges, matches, size, ordering) : takeForwards(ranges, matches, size, ordering);
}

/**
 * The number of items of a page: 0 to 200.
 *
 * @throws BadUserInputError when `first` and `last` are both given, or when the one that is given is out of range.
 */
export function resolvePageSize({ first, last }: PageArguments): number {
  if (first != null && last != null) throw new BadUserInputError('Give first or last, not both.');
  if (first != null) return checkPageSize('first', first);
  return last == null ? defaultPageSize : checkPageSize('last', last);
}

function checkPageSize(name: string, size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= maxPageSize) return size;
  throw new BadUserInputError(`${name} is a whole number from 0 to ${maxPageSize}.`);
}

/** Page arguments, checked. */
interface PageRequest {
  readonly size: number;
  readonly isBackwards: boolean;
  readonly after: DecodedCursor | null;
  readonly before: DecodedCursor | null;
}

function parsePageArguments(args: PageArguments, ordering: OrderName): PageRequest {
  return {
    size: resolvePageSize(args),
    isBackwards: args.last != null,
    after: args.after == null ? null : decodeCursor(args.after, ordering),
    before: args.before == null ? null : decodeCursor(args.before, ordering),
  };
}

/** The indexes of a list on both sides of a cursor. */
interface CursorLocation {
  /** The items before this index come before the cursor. */
  readonly before: number;
  /** The items from this index on come after the cursor. */
  readonly after: number;
}

/**
 * Finds where a cursor points in a list that is sorted by its order, whether its item is still there or not. When the
 * item is gone and its key was truncated, every item that may stand on either side counts for both: a repeated item is
 * better than a missing one.
 */
function locateCursor<T>(sorted: readonly T[], cursor: DecodedCursor, ordering: Ordering<T>): CursorLocation {
  if (cursor.isExact) {
    const compare = (item: T): number =>
      compareKeys(ordering.direction, ordering.getKey(item), cursor.key) || compareCodePoints(ordering.getId(item), cursor.id);
    return { before: lowerBound(sorted, (item) => compare(item) >= 0), after: lowerBound(sorted, (item) => compare(item) > 0) };
  }
  const compare = (item: T): number => compareToTruncatedKey(ordering.getKey(item), cursor, ordering);
  const [start, end] = [lowerBound(sorted, (item) => compare(item) >= 0), lowerBound(sorted, (item) => compare(item) > 0)];
  for (let index = start; index < end; index++) {
    const item = sorted[index];
    if (item !== undefined && isCursorOf(item, cursor, ordering)) return { before: index, after: index + 1 };
  }
  return { before: end, after: start };
}

/** The same in several lists that are sorted by its order, as if they were one. No item is in two of them. */
function locateCursorInLists<T>(lists: readonly (readonly T[])[], cursor: DecodedCursor, ordering: Ordering<T>): readonly CursorLocation[] {
  const locations = lists.map((list) => locateCursor(list, cursor, ordering));
  if (cursor.isExact) return locations;
  const found = lists.flatMap((list, index) => {
    const { before, after } = locations[index] ?? { before: 0, after: 0 };
    const item = list[before];
    return before < after && item !== undefined ? [item] : [];
  });
  const [item] = found;
  if (item === undefined) return locations;
  // The whole key and id of the item tell where it stands among the items of the other lists.
  const exact = { ...cursor, key: ordering.getKey(item), id: ordering.getId(item), isKeyTruncated: false, isExact: true };
  return lists.map((list) => locateCursor(list, exact, ordering));
}

/** 0 for every key that the cursor's key may be the beginning of; they are adjacent in the list. */
function compareToTruncatedKey<T>(key: OrderKey, { key: beginning, isKeyTruncated }: DecodedCursor, { direction }: Ordering<T>): number {
  if (isKeyTruncated && typeof key === 'string' && typeof beginning === 'string' && beginsWith(key, beginning)) return 0;
  return compareKeys(direction, key, beginning);
}

/** Whether the cursor is that of this item. */
function isCursorOf<T>(item: T, cursor: DecodedCursor, ordering: Ordering<T>): boolean {
  const id = ordering.getId(item);
  if (shortenCursorId(id) !== cursor.id) return false;
  if (!cursor.isKeyTruncated) return true;
  return createCursor(item, ordering) === cursor.text;
}

/** A part of a list; where cursors contradict each other, `end` is before `start`. */
interface ListRange<T> {
  readonly list: readonly T[];
  readonly start: number;
  readonly end: number;
}

type Predicate<T> = (item: T) => boolean;

function takeForwards<T>(ranges: readonly ListRange<T>[], matches: Predicate<T>, size: number, ordering: Ordering<T>): ConnectionPage<T> {
  const compare = createComparator(ordering);
  const heads = ranges.map(({ list, start, end }) => ({ list, end, at: findNextMatch(list, start, end, matches) }));
  const nodes: T[] = [];
  while (nodes.length < size) {
    const left = heads.filter(({ at, end }) => at < end);
    const next =
      left.length < 2
        ? left[0]
        : left.reduce((one, other) => (compare(itemAt(one.list, one.at), itemAt(other.list, other.at)) < 0 ? one : other));
    if (next === undefined) break;
    nodes.push(itemAt(next.list, next.at));
    next.at = findNextMatch(next.list, next.at + 1, next.end, matches);
  }
  return buildPage(nodes, ordering, {
    hasNextPage: heads.some(({ list, at }) => findNextMatch(list, at, list.length, matches) < list.length),
    hasPreviousPage: ranges.some(({ list, start }) => findPreviousMatch(list, start, 0, matches) > 0),
  });
}

function takeBackwards<T>(ranges: readonly ListRange<T>[], matches: Predicate<T>, size: number, ordering: Ordering<T>): ConnectionPage<T> {
  const compare = createComparator(ordering);
  const tails = ranges.map(({ list, start, end }) => ({ list, start, at: findPreviousMatch(list, end, start, matches) }));
  const nodes: T[] = [];
  while (nodes.length < size) {
    const left = tails.filter(({ at, start }) => at > start);
    const next =
      left.length < 2
        ? left[0]
        : left.reduce((one, other) => (compare(itemAt(one.list, one.at - 1), itemAt(other.list, other.at - 1)) > 0 ? one : other));
    if (next === undefined) break;
    nodes.push(itemAt(next.list, next.at - 1));
    next.at = findPreviousMatch(next.list, next.at - 1, next.start, matches);
  }
  return buildPage(nodes.reverse(), ordering, {
    hasNextPage: ranges.some(({ list, end }) => findNextMatch(list, end, list.length, matches) < list.length),
    hasPreviousPage: tails.some(({ list, at }) => findPreviousMatch(list, at, 0, matches) > 0),
  });
}

/** The index of the first match from `from` on; `end` where there is none before it. */
function findNextMatch<T>(list: readonly T[], from: number, end: number, matches: Predicate<T>): number {
  let at = from;
  while (at < end && !matches(itemAt(list, at))) at++;
  return at;
}

/** The index after the last match before `from`; `start` where there is none from it on. */
function findPreviousMatch<T>(list: readonly T[], from: number, start: number, matches: Predicate<T>): number {
  let at = from;
  while (at > start && !matches(itemAt(list, at - 1))) at--;
  return at;
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError('There is no such item.');
  return item;
}

/** The cursor of an item in lists of this ordering. */
export function createCursor<T>(item: T, { field, direction, getKey, getId }: Ordering<T>): string {
  return encodeCursor({ field, direction, key: getKey(item), id: getId(item) });
}

function buildPage<T>(
  nodes: readonly T[],
  ordering: Ordering<T>,
  ends: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
): ConnectionPage<T> {
  const edges = nodes.map((node) => ({ cursor: createCursor(node, ordering), node }));
  return { edges, nodes, pageInfo: { ...ends, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
