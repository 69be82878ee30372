import type { Steps } from '../../../lib/slices.js';
import { type ListedTasks, type VcfListPager, vcfPageSize } from './list-pages.js';

/** The order of GET /v1/tasks as it was last read: what a refresh needs to read only the changes. Immutable. */
export class ListIndex {
  /** Ids of its tasks, newest first. */
  readonly ids: ReadonlySet<string>;
  /** Elements that could not be read. */
  readonly malformedCount: number;

  private constructor(ids: ReadonlySet<string>, malformedCount: number) {
    this.ids = ids;
    this.malformedCount = malformedCount;
  }

  /**
   * Null when a refresh is not possible: the list was not read in full, or the plane does not list the newest tasks
   * first.
   */
  static *fromPages(pager: VcfListPager): Steps<ListIndex | null> {
    if (pager.isPartial) return null;
    const ids = yield* pager.idsInSteps();
    const isNewestFirst = (yield* detectOrder(pager.listed, ids)) === 'newest first';
    return isNewestFirst ? new ListIndex(ids, pager.listed.malformedCount) : null;
  }

  /** All elements that the plane should report. */
  get size(): number {
    return this.ids.size + this.malformedCount;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** With the newest pages as they are now at the front, and without the tasks that are gone. */
  *withNewest(newestIds: readonly string[], goneIds: ReadonlySet<string>): Steps<ListIndex> {
    if (goneIds.size === 0 && this.#beginsWith(newestIds)) return this;
    const ids = new Set(newestIds);
    for (const id of this.ids) {
      if (!goneIds.has(id)) ids.add(id);
      yield;
    }
    return new ListIndex(ids, this.malformedCount);
  }

  #beginsWith(newestIds: readonly string[]): boolean {
    let position = 0;
    for (const id of this.ids) {
      if (position === newestIds.length) break;
      if (id !== newestIds[position++]) return false;
    }
    return position === newestIds.length;
  }

  /** Groups ids by the index of the page that should hold them; 0 is the newest page. */
  groupByPage(ids: ReadonlySet<string>): ReadonlyMap<number, readonly string[]> {
    const idsByPage = new Map<number, string[]>();
    let position = -1;
    for (const id of this.ids) {
      position++;
      if (!ids.has(id)) continue;
      const page = Math.floor(position / vcfPageSize);
      idsByPage.set(page, [...(idsByPage.get(page) ?? []), id]);
    }
    return idsByPage;
  }
}

/**
 * Detects the order of tasks by their creation times, because SDDC Manager does not document it. Tasks without a time
 * are skipped; where all times are equal the order is unknown.
 */
export function* detectOrder({ byId }: ListedTasks, ids: Iterable<string>): Steps<'newest first' | 'unknown' | 'other'> {
  let previous: number | null = null;
  let isDescending = false;
  for (const id of ids) {
    yield;
    const createdAt = byId.get(id)?.createdAt ?? null;
    if (createdAt === null) continue;
    if (previous !== null && createdAt > previous) return 'other';
    isDescending ||= previous !== null && createdAt < previous;
    previous = createdAt;
  }
  return isDescending ? 'newest first' : 'unknown';
}
