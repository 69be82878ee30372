import { BadUserInputError } from '../../model/errors.js';
import { createComparator, type Ordering } from '../../model/task-order.js';
import type { PageArguments } from './arguments.js';
import { locateCursor, locateCursorInLists } from './cursor-position.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { defaultPageSize, maxPageSize, type PageInfo } from './task-connections.js';

/**
 * How many items a page may hold: 0 to 200.
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

/**
 * Cuts a page out of a whole list. Its `pageInfo` is exact: it says whether the whole list has anything before and
 * after the page, also when the page is empty.
 *
 * @param sorted the whole list, sorted by `createComparator(ordering)`.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function slicePage<T>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): ConnectionPage<T> {
  const { start, end } = findRange(sorted, args, ordering);
  return buildPage(sorted.slice(start, end), ordering, { hasNextPage: end < sorted.length, hasPreviousPage: start > 0 });
}

/** Cursors that contradict each other leave an empty range where the page would begin. */
function findRange<T>(sorted: readonly T[], args: PageArguments, ordering: Ordering<T>): { start: number; end: number } {
  const size = resolvePageSize(args);
  const low = args.after == null ? 0 : locateCursor(sorted, decodeCursor(args.after, ordering), ordering).after;
  const high = args.before == null ? sorted.length : locateCursor(sorted, decodeCursor(args.before, ordering), ordering).before;
  if (args.last == null) return { start: low, end: Math.max(low, Math.min(low + size, high)) };
  return { start: Math.min(high, Math.max(high - size, low)), end: high };
}

/**
 * Cuts a page out of many lists as if they were one, sorted and filtered: the same as `slicePage` of that one, without making it.
 * Only as much is looked at as the page takes, and until something is found before and after it.
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
  const size = resolvePageSize(args);
  const low = args.after == null ? null : locateCursorInLists(lists, decodeCursor(args.after, ordering), ordering);
  const high = args.before == null ? null : locateCursorInLists(lists, decodeCursor(args.before, ordering), ordering);
  const runs = lists.map((list, index) => ({
    list,
    start: low?.[index]?.after ?? 0,
    end: high?.[index]?.before ?? list.length,
  }));
  return args.last == null ? takeForwards(runs, matches, size, ordering) : takeBackwards(runs, matches, size, ordering);
}

/** A part of a list; where cursors contradict each other, `end` is before `start`. */
interface ListRange<T> {
  readonly list: readonly T[];
  readonly start: number;
  readonly end: number;
}

type Predicate<T> = (item: T) => boolean;

function takeForwards<T>(runs: readonly ListRange<T>[], matches: Predicate<T>, size: number, ordering: Ordering<T>): ConnectionPage<T> {
  const compare = createComparator(ordering);
  const heads = runs.map(({ list, start, end }) => ({ list, end, at: firstMatch(list, start, end, matches) }));
  const nodes: T[] = [];
  while (nodes.length < size) {
    const left = heads.filter(({ at, end }) => at < end);
    const next =
      left.length < 2
        ? left[0]
        : left.reduce((one, other) => (compare(itemAt(one.list, one.at), itemAt(other.list, other.at)) < 0 ? one : other));
    if (next === undefined) break;
    nodes.push(itemAt(next.list, next.at));
    next.at = firstMatch(next.list, next.at + 1, next.end, matches);
  }
  return buildPage(nodes, ordering, {
    hasNextPage: heads.some(({ list, at }) => firstMatch(list, at, list.length, matches) < list.length),
    hasPreviousPage: runs.some(({ list, start }) => lastMatch(list, start, 0, matches) > 0),
  });
}

function takeBackwards<T>(runs: readonly ListRange<T>[], matches: Predicate<T>, size: number, ordering: Ordering<T>): ConnectionPage<T> {
  const compare = createComparator(ordering);
  const tails = runs.map(({ list, start, end }) => ({ list, start, at: lastMatch(list, end, start, matches) }));
  const nodes: T[] = [];
  while (nodes.length < size) {
    const left = tails.filter(({ at, start }) => at > start);
    const next =
      left.length < 2
        ? left[0]
        : left.reduce((one, other) => (compare(itemAt(one.list, one.at - 1), itemAt(other.list, other.at - 1)) > 0 ? one : other));
    if (next === undefined) break;
    nodes.push(itemAt(next.list, next.at - 1));
    next.at = lastMatch(next.list, next.at - 1, next.start, matches);
  }
  return buildPage(nodes.reverse(), ordering, {
    hasNextPage: runs.some(({ list, end }) => firstMatch(list, end, list.length, matches) < list.length),
    hasPreviousPage: tails.some(({ list, at }) => lastMatch(list, at, 0, matches) > 0),
  });
}

/** The first index from `from` on whose item matches; where none before `end` does, the end. */
function firstMatch<T>(list: readonly T[], from: number, end: number, matches: Predicate<T>): number {
  let at = from;
  while (at < end && !matches(itemAt(list, at))) at++;
  return at;
}

/** The index behind the last item before `from` that matches; where none from `start` on does, the start. */
function lastMatch<T>(list: readonly T[], from: number, start: number, matches: Predicate<T>): number {
  let at = from;
  while (at > start && !matches(itemAt(list, at - 1))) at--;
  return at;
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError('There is no such item.');
  return item;
}

/** A page of a list, in the shape of a connection (Relay). */
export interface ConnectionPage<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/** A page of these items, each with its cursor. */
export function buildPage<T>(
  nodes: readonly T[],
  { field, direction, getKey: keyOf, getId: idOf }: Ordering<T>,
  ends: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
): ConnectionPage<T> {
  const edges = nodes.map((node) => ({ cursor: encodeCursor({ field, direction, key: keyOf(node), id: idOf(node) }), node }));
  return { edges, nodes, pageInfo: { ...ends, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
