import { decodeCursor } from './cursor.js';
import { locateAmong } from './locate-among.js';
import { compareBy, type Ordering } from '../order/ordering.js';
import { type PageArguments, pageSizeOf } from './page-arguments.js';
import type { Page } from './page-with.js';
import { pageWith } from './page-with.js';

/**
 * Cuts a page out of many lists as if they were one, sorted and filtered: the same as `pageOf` of that one, without making it.
 * Only as much is looked at as the page takes, and until something is found before and after it.
 *
 * @param lists each sorted by `compareBy(ordering)`; no item is in two of them.
 * @throws BadUserInputError when the size is out of range or a cursor is not one of this order.
 */
export function mergedPageOf<T>(
  lists: readonly (readonly T[])[],
  matches: (item: T) => boolean,
  args: PageArguments,
  ordering: Ordering<T>,
): Page<T> {
  const size = pageSizeOf(args);
  const low = args.after == null ? null : locateAmong(lists, decodeCursor(args.after, ordering), ordering);
  const high = args.before == null ? null : locateAmong(lists, decodeCursor(args.before, ordering), ordering);
  const runs = lists.map((list, index) => ({
    list,
    start: low?.[index]?.after ?? 0,
    end: high?.[index]?.before ?? list.length,
  }));
  return args.last == null ? forwards(runs, matches, size, ordering) : backwards(runs, matches, size, ordering);
}

/** A part of a list; where cursors contradict each other, `end` is before `start`. */
interface Run<T> {
  readonly list: readonly T[];
  readonly start: number;
  readonly end: number;
}

type Test<T> = (item: T) => boolean;

function forwards<T>(runs: readonly Run<T>[], matches: Test<T>, size: number, ordering: Ordering<T>): Page<T> {
  const compare = compareBy(ordering);
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
  return pageWith(nodes, ordering, {
    hasNextPage: heads.some(({ list, at }) => firstMatch(list, at, list.length, matches) < list.length),
    hasPreviousPage: runs.some(({ list, start }) => lastMatch(list, start, 0, matches) > 0),
  });
}

function backwards<T>(runs: readonly Run<T>[], matches: Test<T>, size: number, ordering: Ordering<T>): Page<T> {
  const compare = compareBy(ordering);
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
  return pageWith(nodes.reverse(), ordering, {
    hasNextPage: runs.some(({ list, end }) => firstMatch(list, end, list.length, matches) < list.length),
    hasPreviousPage: tails.some(({ list, at }) => lastMatch(list, at, 0, matches) > 0),
  });
}

/** The first index from `from` on whose item matches; where none before `end` does, the end. */
function firstMatch<T>(list: readonly T[], from: number, end: number, matches: Test<T>): number {
  let at = from;
  while (at < end && !matches(itemAt(list, at))) at++;
  return at;
}

/** The index behind the last item before `from` that matches; where none from `start` on does, the start. */
function lastMatch<T>(list: readonly T[], from: number, start: number, matches: Test<T>): number {
  let at = from;
  while (at > start && !matches(itemAt(list, at - 1))) at--;
  return at;
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError('There is no such item.');
  return item;
}
