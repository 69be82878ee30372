import { runAtOnce, type Steps } from '../../lib/slices.js';
import type { JsonObject } from '../../model/scalars.js';
import type { TranslatedTask } from '../../model/task.js';
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
  /** Whether the time of the read was over before all of it was translated. The next read goes on where this one ended. */
  readonly isCut: boolean;
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
  /** Whether a task is cached, listed or not. */
  has(sourceTaskId: string): boolean;
  /** For the new tasks of one list. */
  createPayloadCutter(): { add(task: TranslatedTask): void };
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
export function* compareList(table: ComparedTable, list: ListResponse, times: ReadTimes, isOver = never): Steps<ListChanges> {
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
  const { changed, isCut } = yield* translateChanged(table, list.tasks, times, isOver);
  const isComplete = list.isComplete && !isCut;
  const [goneIds, droppedIds]: [string[], string[]] = [[], []];
  for (const sourceTaskId of table.listedIds()) {
    yield;
    if (present.has(sourceTaskId)) continue;
    if (isComplete) goneIds.push(sourceTaskId);
    else if (table.isOutdated(sourceTaskId, times.observedAt)) droppedIds.push(sourceTaskId);
  }
  return { times, changed, newlyListedIds, goneIds, droppedIds, scope: 'list', isComplete, isCut };
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
  const different = findDifferent(before, tasks);
  if (different === null) return null;
  const [removed, added] = different;
  const removedIds = new Set(removed.map(({ sourceTaskId }) => sourceTaskId));
  // A list that has one task twice is no such list.
  if (added.some(({ sourceTaskId }) => table.isListed(sourceTaskId) && !removedIds.has(sourceTaskId))) return null;
  const { changed } = runAtOnce(translateChanged(table, added, times));
  for (const { sourceTaskId } of added) removedIds.delete(sourceTaskId);
  return { times, changed, newlyListedIds: [], goneIds: [...removedIds], droppedIds: [], scope: 'list', isComplete: true, isCut: false };
}

/**
 * The items that only the first list has, and those that only the second has; an item that moved is among both. Null where they
 * are more than `maxSimilarChanges`. It looks at each item once, and makes nothing of the same size as the lists.
 */
function findDifferent<T>(first: readonly T[], second: readonly T[]): readonly [readonly T[], readonly T[]] | null {
  const [removed, added]: [T[], T[]] = [[], []];
  if (first === second) return [removed, added];
  let [at, next] = [0, 0];
  while (at < first.length || next < second.length) {
    if (first[at] === second[next]) {
      at++;
      next++;
      continue;
    }
    const [skipped, inserted] = findNextSame(first, second, at, next);
    removed.push(...first.slice(at, at + skipped));
    added.push(...second.slice(next, next + inserted));
    if (removed.length > maxSimilarChanges || added.length > maxSimilarChanges) return null;
    [at, next] = [at + skipped, next + inserted];
  }
  return [removed, added];
}

/** How many items of each list come before the next one that both have; one more than `maxSimilarChanges` where it is not near. */
function findNextSame<T>(first: readonly T[], second: readonly T[], at: number, next: number): readonly [number, number] {
  for (let distance = 1; distance <= 2 * maxSimilarChanges; distance++) {
    for (let skipped = Math.max(0, distance - maxSimilarChanges); skipped <= Math.min(distance, maxSimilarChanges); skipped++) {
      const inserted = distance - skipped;
      const isEnd = at + skipped === first.length && next + inserted === second.length;
      const isSame = at + skipped < first.length && first[at + skipped] === second[next + inserted];
      if (isEnd || isSame) return [skipped, inserted];
    }
  }
  return [maxSimilarChanges + 1, maxSimilarChanges + 1];
}

/** The same for what changed since a list; tasks that it does not mention are unchanged. */
export function* compareDelta(table: ComparedTable, { goneIds, list }: ListDelta, times: ReadTimes, isOver = never): Steps<ListChanges> {
  const { changed, isCut } = yield* translateChanged(table, list.tasks, times, isOver);
  const isComplete = list.isComplete && !isCut;
  return { times, changed, newlyListedIds: [], goneIds, droppedIds: [], scope: 'delta', isComplete, isCut };
}

function never(): boolean {
  return false;
}

/** `isCut`: the time was over before all of them were translated. */
interface TranslatedTasks {
  readonly changed: readonly UntranslatedTask[];
  readonly isCut: boolean;
}

/** Translates the tasks that are not as they are cached, until the time is over. */
function* translateChanged(
  table: ComparedTable,
  read: readonly UntranslatedTask[],
  times: ReadTimes,
  isOver = never,
): Steps<TranslatedTasks> {
  const changed: UntranslatedTask[] = [];
  let isCut = false;
  const cutter = table.createPayloadCutter();
  for (const one of read) {
    if (table.confirm(one, times)) one.discard?.();
    else {
      isCut ||= isOver();
      if (!isCut) {
        const translated = one.translate();
        // The payload of a task that is compared with an earlier state is compared as well.
        if (one.readPayload !== undefined && !table.has(one.sourceTaskId)) cutter.add(translated);
        changed.push(new TranslatedRead(one, translated));
      }
    }
    yield;
  }
  return { changed, isCut };
}

/** What was read of a task, when it is translated already. */
class TranslatedRead implements UntranslatedTask {
  readonly sourceTaskId: string;
  readonly fingerprint: string;
  readonly readPayload?: () => JsonObject;
  readonly #translated: TranslatedTask;

  constructor(read: UntranslatedTask, translated: TranslatedTask) {
    this.sourceTaskId = read.sourceTaskId;
    this.fingerprint = read.fingerprint;
    if (read.readPayload !== undefined) this.readPayload = () => read.readPayload?.() ?? {};
    this.#translated = translated;
  }

  translate(): TranslatedTask {
    return this.#translated;
  }
}
