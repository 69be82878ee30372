import { runAtOnce, type Steps } from '../../lib/slices.js';
import type { ListDelta, ListResponse, UntranslatedTask } from '../../sources/source.js';

/** A list, or a delta, compared with what is cached: what is to be applied. */
export interface ListChanges {
  readonly times: ReadTimes;
  /** Tasks that are new or not the same, translated. */
  readonly changed: readonly UntranslatedTask[];
  /** Of tasks that become listed where they are cached. */
  readonly newlyListedIds: readonly string[];
  /** Of tasks that the plane no longer has. */
  readonly goneIds: readonly string[];
  /** Of tasks that are too old to be shown, and of which the list says nothing. */
  readonly droppedIds: readonly string[];
  /** Whether it says how every listed task is, so that it need not be remembered which tasks are gone. */
  readonly scope: 'list' | 'delta';
  readonly isComplete: boolean;
}

/** What lists are compared with. */
export interface ComparedTable {
  isListed(sourceTaskId: string): boolean;
  /** Ids of all listed tasks. */
  listedIds(): Iterable<string>;
  /** Whether a task is cached and too old to be shown. */
  isOutdated(sourceTaskId: string, now: number): boolean;
  /**
   * Whether a task is listed exactly as it was read now, so that it need not be translated. Then it is also remembered
   * when it was read.
   */
  confirm(read: UntranslatedTask, times: ReadTimes): boolean;
}

/** When something was requested, and when its response came, in milliseconds since 1970. */
export interface ReadTimes {
  requestedAt: number;
  observedAt: number;
}

/**
 * Compares a whole list with what is cached, and translates what is not the same. Tasks that are not in it are gone,
 * unless they were requested later than the list. Of a list that is not complete, only those are dropped that are too
 * old to be shown. It changes nothing but when unchanged tasks were read.
 */
export function* compareList(table: ComparedTable, list: ListResponse, times: ReadTimes): Steps<ListChanges> {
  const { isComplete } = list;
  const present = new Set<string>();
  const newlyListedIds: string[] = [];
  // Nothing was read of these: their cached state stays as old as it is.
  for (const ids of [list.unchangedIds, list.unreadIds]) {
    for (const sourceTaskId of ids) {
      present.add(sourceTaskId);
      if (!table.isListed(sourceTaskId)) newlyListedIds.push(sourceTaskId);
      yield;
    }
  }
  for (const { sourceTaskId } of list.tasks) {
    present.add(sourceTaskId);
    yield;
  }
  const changed = yield* translateChanged(table, list.tasks, times);
  const [goneIds, droppedIds]: [string[], string[]] = [[], []];
  for (const sourceTaskId of table.listedIds()) {
    yield;
    if (present.has(sourceTaskId)) continue;
    if (isComplete) goneIds.push(sourceTaskId);
    else if (table.isOutdated(sourceTaskId, times.observedAt)) droppedIds.push(sourceTaskId);
  }
  return { times, changed, newlyListedIds, goneIds, droppedIds, scope: 'list', isComplete };
}

/** So many tasks are compared without interruption; that takes about a millisecond. */
const maxSimilarChanges = 20;

/**
 * The same, where all listed tasks are those of the list before, and most of them are the same objects in this one: only the
 * others are looked at. Null where that is not so.
 */
export function compareSimilarList(
  table: ComparedTable,
  before: readonly UntranslatedTask[],
  { tasks }: ListResponse,
  times: ReadTimes,
): ListChanges | null {
  const [removed, added] = findDifferent(before, tasks);
  if (removed.length > maxSimilarChanges || added.length > maxSimilarChanges) return null;
  const removedIds = new Set(removed.map(({ sourceTaskId }) => sourceTaskId));
  // A list that has one task twice is no such list.
  if (added.some(({ sourceTaskId }) => table.isListed(sourceTaskId) && !removedIds.has(sourceTaskId))) return null;
  const changed = runAtOnce(translateChanged(table, added, times));
  for (const { sourceTaskId } of added) removedIds.delete(sourceTaskId);
  return { times, changed, newlyListedIds: [], goneIds: [...removedIds], droppedIds: [], scope: 'list', isComplete: true };
}

/** The items that only the first list has, and those that only the second has, each without what both have at the begin and the end. */
function findDifferent<T>(first: readonly T[], second: readonly T[]): readonly [readonly T[], readonly T[]] {
  if (first === second) return [[], []];
  const length = Math.min(first.length, second.length);
  let [start, end] = [0, 0];
  while (start < length && first[start] === second[start]) start++;
  while (end < length - start && first.at(-1 - end) === second.at(-1 - end)) end++;
  const [one, other] = [first.slice(start, first.length - end), second.slice(start, second.length - end)];
  const [inOne, inOther] = [new Set(one), new Set(other)];
  return [one.filter((item) => !inOther.has(item)), other.filter((item) => !inOne.has(item))];
}

/** The same for what changed since a list; tasks that it does not mention are unchanged. */
export function* compareDelta(table: ComparedTable, { goneIds, list }: ListDelta, times: ReadTimes): Steps<ListChanges> {
  const changed = yield* translateChanged(table, list.tasks, times);
  return { times, changed, newlyListedIds: [], goneIds, droppedIds: [], scope: 'delta', isComplete: list.isComplete };
}

/** Translates the tasks that are not as they are cached. */
function* translateChanged(table: ComparedTable, read: readonly UntranslatedTask[], times: ReadTimes): Steps<readonly UntranslatedTask[]> {
  const changed: UntranslatedTask[] = [];
  for (const one of read) {
    if (!table.confirm(one, times)) {
      const translated = one.translate();
      changed.push({ sourceTaskId: one.sourceTaskId, fingerprint: one.fingerprint, translate: () => translated });
    }
    yield;
  }
  return changed;
}
