import { orderOf } from './order-of.js';
import type { PageWalk } from './page-walk.js';
import type { Roster } from './roster.js';
import { askFirstPage, askOtherPages, type FirstPage } from './task-pages.js';

/** The pages that hold what is new, read on top of what is remembered. */
export interface NewestPages {
  readonly first: FirstPage;
  /** How many were read. */
  readonly count: number;
  /** Ids that should stand among them and do not: they are gone, or the plane has moved them. */
  readonly suspects: readonly string[];
}

/** With more of them than this, the plane is not what it was. */
const mostSuspects = 10;

/**
 * Reads the newest page, and on while all that came is new. Where the plane does not stand as it is remembered (its order is
 * another one, or it counts more tasks than are known), every page is read.
 */
export async function readNewestPages(walk: PageWalk, roster: Roster): Promise<'whole' | NewestPages> {
  const first = await askFirstPage(walk);
  let count = 1;
  while (!walk.ids().some((id) => roster.has(id))) {
    if (first.base === null || count >= (walk.totalPages ?? 1)) return whole(walk, first, count);
    const page = await walk.attempt(first.base + count);
    if (page === null || !page.isNew) return whole(walk, first, count);
    count++;
  }
  const suspects = first.isLast === true ? [] : suspectsOf(walk.ids(), roster);
  if (first.isLast === true || suspects === null || isOtherwise(walk, roster)) return whole(walk, first, count);
  return { first, count, suspects };
}

async function whole(walk: PageWalk, first: FirstPage, count: number): Promise<'whole'> {
  await askOtherPages(walk, first, (first.base ?? 0) + count);
  return 'whole';
}

/** Null: the pages are not newest-first, or too many are missing. */
function suspectsOf(newest: readonly string[], roster: Roster): readonly string[] | null {
  const seen = new Set(newest);
  const last = newest.findLast((id) => roster.has(id));
  const end = last === undefined ? 0 : roster.ids.indexOf(last);
  const suspects = roster.ids.slice(0, end).filter((id) => !seen.has(id));
  return suspects.length > mostSuspects ? null : suspects;
}

/** Whether it is not newest-first any more, or counts tasks that are not known. */
function isOtherwise(walk: PageWalk, roster: Roster): boolean {
  if (orderOf(walk.ids().map((id) => walk.collected.tasks.get(id))) === 'other') return true;
  const fresh = walk.ids().filter((id) => !roster.has(id)).length;
  return walk.total !== null && walk.total > roster.size + fresh;
}
