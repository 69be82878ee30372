import { mapConcurrent } from '../../../lib/map-concurrent.js';
import type { JsonObject } from '../../../model/scalars.js';
import { SourceProblemError, type TaskSourceProblem } from '../../../model/source-problem.js';
import type { VcfClient } from '../client.js';
import { detectOrder, type ListIndex } from './list-index.js';
import { type FirstPage, readFirstPage, readOtherPages, refusesCredentials, type VcfListPager } from './list-pages.js';

/** The pages that hold what is new, read on top of what is remembered. */
export interface NewestPages {
  readonly first: FirstPage;
  /** How many were read. */
  readonly count: number;
  /** Ids that should stand among them and do not: they are gone, or the plane has moved them. */
  readonly missingIds: readonly string[];
}

/** With more of them than this, the plane is not what it was. */
const maxMissing = 10;

/**
 * Reads the newest page, and on while all that came is new. Where the plane does not stand as it is remembered (its order is
 * another one, or it counts more tasks than are known), every page is read.
 */
export async function readNewestPages(walk: VcfListPager, roster: ListIndex): Promise<'complete' | NewestPages> {
  const first = await readFirstPage(walk);
  let count = 1;
  while (!walk.ids().some((id) => roster.has(id))) {
    if (first.base === null || count >= (walk.totalPages ?? 1)) return readWholeList(walk, first, count);
    const page = await walk.tryReadPage(first.base + count);
    if (page === null || !page.isNew) return readWholeList(walk, first, count);
    count++;
  }
  const suspects = first.isLast === true ? [] : findMissing(walk.ids(), roster);
  if (first.isLast === true || suspects === null || hasDiverged(walk, roster)) return readWholeList(walk, first, count);
  return { first, count, missingIds: suspects };
}

async function readWholeList(walk: VcfListPager, first: FirstPage, count: number): Promise<'complete'> {
  await readOtherPages(walk, first, (first.base ?? 0) + count);
  return 'complete';
}

/** Null: the pages are not newest-first, or too many are missing. */
function findMissing(newest: readonly string[], roster: ListIndex): readonly string[] | null {
  const seen = new Set(newest);
  const last = newest.findLast((id) => roster.has(id));
  const end = last === undefined ? 0 : roster.ids.indexOf(last);
  const suspects = roster.ids.slice(0, end).filter((id) => !seen.has(id));
  return suspects.length > maxMissing ? null : suspects;
}

/** Whether it is not newest-first any more, or counts tasks that are not known. */
function hasDiverged(walk: VcfListPager, roster: ListIndex): boolean {
  if (detectOrder(walk.ids().map((id) => walk.collected.tasks.get(id))) === 'other') return true;
  const fresh = walk.ids().filter((id) => !roster.has(id)).length;
  return walk.total !== null && walk.total > roster.size + fresh;
}

/** At most so many pages at a time. */
const maxConcurrentPages = 4;

/**
 * Looks at tasks outside the newest pages: by page where one holds many of them, else by id, so that each page that holds
 * any costs one call. Where that would be every page, the whole list is read.
 *
 * @param roster with the newest pages as they are now in front.
 */
export async function readOlderTasks(
  client: VcfClient,
  walk: VcfListPager,
  { first: page, count }: NewestPages,
  roster: ListIndex,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<'complete' | LookupResult> {
  const { base } = page;
  const places = [...roster.groupByPage(wanted)].filter(([place]) => place >= count);
  const pages = base === null ? [] : places.filter(([, ids]) => ids.length > 1).map(([place]) => base + place);
  if (base !== null && count + places.length >= (walk.totalPages ?? Infinity)) {
    await readOtherPages(walk, page, base + count);
    return 'complete';
  }
  await mapConcurrent(pages, maxConcurrentPages, (pageNumber) => walk.tryReadPage(pageNumber));
  // Also those that have moved from their page meanwhile.
  return lookUpTasks(
    client,
    [...wanted].filter((id) => !walk.collected.tasks.has(id)),
    signal,
  );
}

/** What became of looking tasks up by their ids. */
export interface LookupResult {
  readonly found: ReadonlyMap<string, JsonObject>;
  /** The list of tasks does not have them. */
  readonly absent: ReadonlySet<string>;
  /** The plane did not say. */
  readonly unansweredIds: readonly string[];
  /** Why not, of the first of them. */
  readonly problem: TaskSourceProblem | null;
}

/** At most so many tasks are asked for at a time. */
const maxConcurrentReads = 8;

/** One call for each id. Rejects only when the plane refuses the credentials. */
export async function lookUpTasks(client: VcfClient, ids: readonly string[], signal: AbortSignal): Promise<LookupResult> {
  const found = new Map<string, JsonObject>();
  const absent = new Set<string>();
  const errors = new Map<string, SourceProblemError>();
  await mapConcurrent(ids, maxConcurrentReads, async (id) => {
    try {
      const task = await client.task(id, signal);
      if (task === null) absent.add(id);
      else found.set(id, task);
    } catch (error) {
      if (!(error instanceof SourceProblemError) || refusesCredentials(error)) throw error;
      errors.set(id, error);
    }
  });
  const [first] = errors.values();
  return { found, absent, unansweredIds: [...errors.keys()], problem: first?.problem ?? null };
}
