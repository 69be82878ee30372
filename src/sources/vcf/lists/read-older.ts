import type { VcfClient } from '../client.js';
import { inOrder } from '../../../task/in-order.js';
import { type LookedUp, lookUp } from './look-up.js';
import type { NewestPages } from './newest-pages.js';
import type { PageWalk } from './page-walk.js';
import type { Roster } from './roster.js';
import { askOtherPages } from './task-pages.js';

/** At most so many pages at a time. */
const pagesAtOnce = 4;

/**
 * Looks at tasks outside the newest pages: by page where one holds many of them, else by id, so that each page that holds
 * any costs one call. Where that would be every page, the whole list is read.
 *
 * @param roster with the newest pages as they are now in front.
 */
export async function readOlder(
  client: VcfClient,
  walk: PageWalk,
  { first: page, count }: NewestPages,
  roster: Roster,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<'whole' | LookedUp> {
  const { base } = page;
  const places = [...roster.pagesOf(wanted)].filter(([place]) => place >= count);
  const pages = base === null ? [] : places.filter(([, ids]) => ids.length > 1).map(([place]) => base + place);
  if (base !== null && count + places.length >= (walk.totalPages ?? Infinity)) {
    await askOtherPages(walk, page, base + count);
    return 'whole';
  }
  await inOrder(pages, pagesAtOnce, (pageNumber) => walk.attempt(pageNumber));
  // Also those that have moved from their page meanwhile.
  return lookUp(
    client,
    [...wanted].filter((id) => !walk.collected.tasks.has(id)),
    signal,
  );
}
