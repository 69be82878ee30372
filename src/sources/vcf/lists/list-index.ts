import { type JsonObject, parseInstant } from '../../../model/scalars.js';
import { type VcfListPager, vcfPageSize } from './list-pages.js';

/** What is remembered of GET /v1/tasks from one reading to the next, where news can be read on top of it. */
export class ListIndex {
  /** Ids of its tasks, newest first. */
  readonly ids: readonly string[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  readonly #known: ReadonlySet<string>;

  private constructor(ids: readonly string[], malformedCount: number) {
    this.ids = ids;
    this.malformedCount = malformedCount;
    this.#known = new Set(ids);
  }

  /** Null: the list was not read in full, or its plane is not newest-first; then it is to be read in full the next time, too. */
  static fromPages(walk: VcfListPager): ListIndex | null {
    if (walk.isPartial) return null;
    const ids = walk.ids();
    const isNewestFirst = detectOrder(ids.map((id) => walk.collected.tasks.get(id))) === 'newest first';
    return isNewestFirst ? new ListIndex(ids, walk.collected.malformedCount) : null;
  }

  /** All that the plane counts, as far as is known. */
  get size(): number {
    return this.ids.length + this.malformedCount;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** With the newest pages as they are now in front, and without what is gone. */
  withNewest(newest: readonly string[], gone: ReadonlySet<string>): ListIndex {
    if (gone.size === 0 && newest.every((id, place) => this.ids[place] === id)) return this;
    const front = new Set(newest);
    return new ListIndex([...newest, ...this.ids.filter((id) => !front.has(id) && !gone.has(id))], this.malformedCount);
  }

  /** Where tasks of older pages stand: ids by the place of their page among all, 0 the newest. */
  groupByPage(ids: ReadonlySet<string>): ReadonlyMap<number, readonly string[]> {
    const pages = new Map<number, string[]>();
    for (const [place, id] of this.ids.entries()) {
      if (!ids.has(id)) continue;
      const page = Math.floor(place / vcfPageSize);
      pages.set(page, [...(pages.get(page) ?? []), id]);
    }
    return pages;
  }
}

/**
 * How tasks stand to each other by the time of their creation, which the plane does not document. Tasks without a time
 * say nothing; where all times are the same there is no telling.
 */
export function detectOrder(tasks: Iterable<JsonObject | undefined>): 'newest first' | 'untold' | 'other' {
  let last: number | null = null;
  let isTold = false;
  for (const task of tasks) {
    const text = task?.['creationTimestamp'];
    const at = typeof text === 'string' ? parseInstant(text) : null;
    if (at === null) continue;
    if (last !== null && at > last) return 'other';
    isTold ||= last !== null && at < last;
    last = at;
  }
  return isTold ? 'newest first' : 'untold';
}
