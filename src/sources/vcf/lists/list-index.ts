import type { VcfElement } from '../wire.js';
import { type VcfListPager, vcfPageSize } from './list-pages.js';

/** The order of GET /v1/tasks as it was last read: what a refresh needs to read only the changes. Immutable. */
export class ListIndex {
  /** Ids of its tasks, newest first. */
  readonly ids: readonly string[];
  /** Elements that could not be read. */
  readonly malformedCount: number;
  readonly #idSet: ReadonlySet<string>;

  private constructor(ids: readonly string[], malformedCount: number) {
    this.ids = ids;
    this.malformedCount = malformedCount;
    this.#idSet = new Set(ids);
  }

  /**
   * Null when a refresh is not possible: the list was not read in full, or the plane does not list the newest tasks
   * first.
   */
  static fromPages(pager: VcfListPager): ListIndex | null {
    if (pager.isPartial) return null;
    const ids = pager.ids();
    const isNewestFirst = detectOrder(ids.map((id) => pager.listed.byId.get(id))) === 'newest first';
    return isNewestFirst ? new ListIndex(ids, pager.listed.malformedCount) : null;
  }

  /** All elements that the plane should report. */
  get size(): number {
    return this.ids.length + this.malformedCount;
  }

  has(id: string): boolean {
    return this.#idSet.has(id);
  }

  /** With the newest pages as they are now at the front, and without the tasks that are gone. */
  withNewest(newestIds: readonly string[], goneIds: ReadonlySet<string>): ListIndex {
    if (goneIds.size === 0 && newestIds.every((id, position) => this.ids[position] === id)) return this;
    const front = new Set(newestIds);
    return new ListIndex([...newestIds, ...this.ids.filter((id) => !front.has(id) && !goneIds.has(id))], this.malformedCount);
  }

  /** Groups ids by the index of the page that should hold them; 0 is the newest page. */
  groupByPage(ids: ReadonlySet<string>): ReadonlyMap<number, readonly string[]> {
    const idsByPage = new Map<number, string[]>();
    for (const [position, id] of this.ids.entries()) {
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
export function detectOrder(tasks: Iterable<VcfElement | undefined>): 'newest first' | 'unknown' | 'other' {
  let previous: number | null = null;
  let isDescending = false;
  for (const task of tasks) {
    const createdAt = task?.createdAt ?? null;
    if (createdAt === null) continue;
    if (previous !== null && createdAt > previous) return 'other';
    isDescending ||= previous !== null && createdAt < previous;
    previous = createdAt;
  }
  return isDescending ? 'newest first' : 'unknown';
}
