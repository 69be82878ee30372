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
export function slicePage<T extends object>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): ConnectionPage<T> {
  const { size, isBackwards, after, before } = parsePageArguments(args, ordering);
  const low = after === null ? 0 : locateCursor(sorted, after, ordering).after;
  const high = before === null ? sorted.length : locateCursor(sorted, before, ordering).before;
  // Cursors that contradict each other leave an empty range where the page would begin.
  const start = isBackwards ? Math.min(high, Math.max(high - size, low)) : low;
  const end = isBackwards ? high : Math.max(low, Math.min(low + size, high));
  return buildPage(sorted.slice(start, end), ordering, { hasNextPage: end < sorted.length, hasPreviousPage: start > 0 });
}

/** A part of a sorted list: the items that are paged. Where `end` is not after `start` it is empty. */
export interface ListRange<T> {
  readonly list: readonly T[];
  readonly start: number;
  readonly end: number;
}

/** All of a list. */
export function wholeRange<T>(list: readonly T[]): ListRange<T> {
  return { list, start: 0, end: list.length };
}

/**
 * Slices a page out of several lists as if they were one list, merged and sorted, without building that list.
 *
 * @param ranges of lists that are each sorted by `createComparator(ordering)`; no item is in two of them.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function sliceMergedPage<T extends object>(
  ranges: readonly ListRange<T>[],
  args: PageArguments,
  ordering: Ordering<T>,
): ConnectionPage<T> {
  const { size, isBackwards, after, before } = parsePageArguments(args, ordering);
  const lists = ranges.map(({ list }) => list);
  const low = after === null ? null : locateCursorInLists(lists, after, ordering);
  const high = before === null ? null : locateCursorInLists(lists, before, ordering);
  const requested = ranges.map(({ list, start, end }, index) => ({
    list,
    start: Math.max(start, low?.[index]?.after ?? start),
    end: Math.min(end, high?.[index]?.before ?? end),
  }));
  const compare = createComparator(ordering);
  const heads = requested.map((range) =>
    isBackwards ? new Head(range.list, range.end - 1, range.start - 1, -1) : new Head(range.list, range.start, range.end, 1),
  );
  const nodes = takeMerged(heads, size, isBackwards ? (one, other) => compare(one, other) > 0 : (one, other) => compare(one, other) < 0);
  // Where the page begins and ends in each list, and so what is before and after it.
  const begins = isBackwards ? heads.map(({ at }) => at + 1) : requested.map(({ start }) => start);
  const ends = isBackwards ? requested.map(({ end }) => end) : heads.map(({ at }) => at);
  return buildPage(isBackwards ? nodes.reverse() : nodes, ordering, {
    hasNextPage: ranges.some(({ start, end }, index) => Math.max(ends[index] ?? end, start) < end),
    hasPreviousPage: ranges.some(({ start, end }, index) => Math.min(begins[index] ?? start, end) > start),
  });
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
function locateCursor<T extends object>(sorted: readonly T[], cursor: DecodedCursor, ordering: Ordering<T>): CursorLocation {
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
function locateCursorInLists<T extends object>(
  lists: readonly (readonly T[])[],
  cursor: DecodedCursor,
  ordering: Ordering<T>,
): readonly CursorLocation[] {
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
function isCursorOf<T extends object>(item: T, cursor: DecodedCursor, ordering: Ordering<T>): boolean {
  const id = ordering.getId(item);
  if (shortenCursorId(id) !== cursor.id) return false;
  if (!cursor.isKeyTruncated) return true;
  return createCursor(item, ordering) === cursor.text;
}

/** A place in a list that moves towards `stop`, forwards or backwards. */
class Head<T extends object> {
  readonly #list: readonly T[];
  readonly #stop: number;
  readonly #step: 1 | -1;
  at: number;

  constructor(list: readonly T[], at: number, stop: number, step: 1 | -1) {
    this.#list = list;
    this.at = at;
    this.#stop = stop;
    this.#step = step;
  }

  /** The item at this place; undefined at the end. */
  get item(): T | undefined {
    return (this.#stop - this.at) * this.#step > 0 ? this.#list[this.at] : undefined;
  }

  advance(): void {
    this.at += this.#step;
  }
}

/** Takes this many items from several lists, each time the one that precedes the others: a heap holds the lists by their next items. */
function takeMerged<T extends object>(heads: readonly Head<T>[], size: number, precedes: (one: T, other: T) => boolean): T[] {
  const heap = heads.filter(({ item }) => item !== undefined);
  for (let index = (heap.length >> 1) - 1; index >= 0; index--) sink(heap, index, precedes);
  const taken: T[] = [];
  while (taken.length < size) {
    const [first] = heap;
    const item = first?.item;
    if (first === undefined || item === undefined) break;
    taken.push(item);
    first.advance();
    if (first.item === undefined) {
      const last = heap.pop();
      if (last !== undefined && last !== first) heap[0] = last;
    }
    sink(heap, 0, precedes);
  }
  return taken;
}

/** Moves an entry of a heap down until no entry below it precedes it. */
function sink<T extends object>(heap: Head<T>[], from: number, precedes: (one: T, other: T) => boolean): void {
  const isBefore = (one: number, other: number): boolean => {
    const [left, right] = [heap[one]?.item, heap[other]?.item];
    return left !== undefined && (right === undefined || precedes(left, right));
  };
  for (let at = from; ;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const child = isBefore(right, left) ? right : left;
    if (!isBefore(child, at)) return;
    const [upper, lower] = [heap[at], heap[child]];
    if (upper === undefined || lower === undefined) return;
    heap[at] = lower;
    heap[child] = upper;
    at = child;
  }
}

/** The cursors of items, by ordering: neither an item nor its place in an order ever changes. */
const cursors = new Map<string, WeakMap<object, string>>();

/** The cursor of an item in lists of this ordering. */
export function createCursor<T extends object>(item: T, { field, direction, getKey, getId }: Ordering<T>): string {
  const name = `${field} ${direction}`;
  let known = cursors.get(name);
  if (known === undefined) cursors.set(name, (known = new WeakMap()));
  let cursor = known.get(item);
  if (cursor === undefined) known.set(item, (cursor = encodeCursor({ field, direction, key: getKey(item), id: getId(item) })));
  return cursor;
}

function buildPage<T extends object>(
  nodes: readonly T[],
  ordering: Ordering<T>,
  ends: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
): ConnectionPage<T> {
  const edges = nodes.map((node) => ({ cursor: createCursor(node, ordering), node }));
  return { edges, nodes, pageInfo: { ...ends, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
