import { detectOrder, type ListIndex } from './list-index.js';
import type { FirstPage, LookupResult, VcfListPager } from './list-pages.js';

/** The newest pages of a list, down to the first one with a task of the index. */
export interface NewestPages {
  readonly first: FirstPage;
  /** How many pages were read. */
  readonly count: number;
  /** Ids that the index has among these pages, and the pages do not: removed tasks, or moved ones. */
  readonly missingIds: readonly string[];
}

/** With more missing tasks than this, the index no longer describes the plane. */
const maxMissing = 10;

/**
 * Reads the newest page, and further ones while all their tasks are new. Reads the whole list where the index no longer
 * describes the plane: the order is another one, or the plane reports more tasks than the index and the new ones
 * together.
 */
export async function readNewestPages(pager: VcfListPager, index: ListIndex): Promise<'complete' | NewestPages> {
  const first = await pager.readFirstPage();
  let count = 1;
  while (!pager.ids().some((id) => index.has(id))) {
    if (first.base === null || count >= (pager.totalPages ?? 1)) return readCompleteList(pager, first, count);
    const page = await pager.tryReadPage(first.base + count);
    if (page === null || !page.isNew) return readCompleteList(pager, first, count);
    count++;
  }
  const missingIds = findMissingIds(pager.ids(), index);
  if (first.isLast === true || missingIds.length > maxMissing || hasDiverged(pager, index)) return readCompleteList(pager, first, count);
  return { first, count, missingIds };
}

async function readCompleteList(pager: VcfListPager, first: FirstPage, readCount: number): Promise<'complete'> {
  await pager.readOtherPages(first, readCount);
  return 'complete';
}

function findMissingIds(newestIds: readonly string[], index: ListIndex): readonly string[] {
  const present = new Set(newestIds);
  const lastIndexed = newestIds.findLast((id) => index.has(id));
  const end = lastIndexed === undefined ? 0 : index.ids.indexOf(lastIndexed);
  return index.ids.slice(0, end).filter((id) => !present.has(id));
}

/** Whether the order is another one, or the plane reports tasks that are neither indexed nor new. */
function hasDiverged(pager: VcfListPager, index: ListIndex): boolean {
  if (detectOrder(pager.ids().map((id) => pager.listed.byId.get(id))) === 'other') return true;
  const newCount = pager.ids().filter((id) => !index.has(id)).length;
  return pager.totalElements !== null && pager.totalElements > index.size + newCount;
}

/**
 * Reads tasks outside the newest pages with as few calls as possible: a page that holds several of them is read whole,
 * all others are read by id. Reads the whole list where that takes no more calls.
 *
 * @param index with the newest pages at the front as they are now.
 */
export async function readOlderTasks(
  pager: VcfListPager,
  { first, count }: NewestPages,
  index: ListIndex,
  ids: ReadonlySet<string>,
): Promise<'complete' | LookupResult> {
  const { base } = first;
  const olderPages = [...index.groupByPage(ids)].filter(([page]) => page >= count);
  if (base !== null && count + olderPages.length >= (pager.totalPages ?? Infinity)) return readCompleteList(pager, first, count);
  if (base !== null) await pager.readPages(olderPages.filter(([, idsOfPage]) => idsOfPage.length > 1).map(([page]) => base + page));
  // Among these are tasks that have moved to another page in the meantime.
  return pager.lookUpTasks([...ids].filter((id) => !pager.listed.byId.has(id)));
}
