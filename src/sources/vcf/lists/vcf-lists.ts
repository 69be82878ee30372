import { copyMapInSteps, runAtOnce, type Steps } from '../../../lib/slices.js';
import {
  type ListBounds,
  type ListDelta,
  type ListResponse,
  readInSlices,
  type ReadRequest,
  type RefreshRequest,
  type RefreshResponse,
  type UntranslatedTask,
} from '../../source.js';
import type { VcfClient } from '../client.js';
import { type CredentialsList, joinLists, type OrdinaryTaskList, readCredentialsList } from './join-lists.js';
import { detectOrder, ListIndex } from './list-index.js';
import { type FirstPage, type LookupResult, VcfListPager, vcfPageSize } from './list-pages.js';
import { buildUntranslatedVcfTask } from '../task.js';
import type { VcfElement, VcfWirePage } from '../wire.js';

/** What is remembered from one read of the lists to the next. Immutable; each read replaces it. */
interface ListMemory {
  /** Null: the next read must be of the whole list. */
  readonly index: ListIndex | null;
  /** Ids that only the credentials list had when it was last read. */
  readonly credentialsOnlyIds: readonly string[];
  /** Fingerprints of the credentials tasks when they were last read. */
  readonly credentialsFingerprints: ReadonlyMap<string, string>;
  /** How many tasks GET /v1/tasks had, and how many the plane reported; null where it reported none. */
  readonly counts: TaskCounts;
}

/** The last complete list, and the pages that it was made of: while they are the same, so is the list. */
interface CompleteRead {
  readonly pages: ReadonlyMap<number, VcfWirePage>;
  readonly credentialsPage: VcfWirePage | null;
  readonly memory: ListMemory;
  readonly list: ListResponse;
}

interface TaskCounts {
  readonly known: number;
  readonly reported: number | null;
}

/** The two task lists of one SDDC Manager: reads them whole, or the changes since the last read. */
export class VcfLists {
  readonly #client: VcfClient;
  readonly #sourceName: string;
  readonly #bounds: ListBounds;
  #memory: ListMemory = { index: null, credentialsOnlyIds: [], credentialsFingerprints: new Map(), counts: { known: 0, reported: null } };
  #lastComplete: CompleteRead | null = null;
  /** Tasks for the port that are no credentials tasks: while one stays the same, so does its wrapper. */
  readonly #ordinary = new WeakMap<VcfElement, UntranslatedTask>();

  constructor(client: VcfClient, sourceName: string, bounds: ListBounds) {
    this.#client = client;
    this.#sourceName = sourceName;
    this.#bounds = bounds;
  }

  async readComplete(request: ReadRequest): Promise<ListResponse> {
    const pager = new VcfListPager(this.#client, this.#bounds, request.signal);
    const readPages = async (): Promise<void> => pager.readOtherPages(await pager.readFirstPage(), this.#memory.counts.known);
    const [, credentials] = await Promise.all([readPages(), readCredentialsList(this.#client, request.signal)]);
    return readInSlices(this.#buildCompleteList(pager, credentials, request), request.signal);
  }

  /**
   * Reads the newest pages, the credentials list, and those tasks of older pages that may have changed: unfinished
   * ones, those that should be on the newest pages and are not, and those whose credentials task changed.
   */
  async refresh(request: RefreshRequest): Promise<RefreshResponse> {
    const { index, counts } = this.#memory;
    if (index === null) return { kind: 'complete', list: await this.readComplete(request) };
    const pager = new VcfListPager(this.#client, this.#bounds, request.signal);
    const [newest, credentials] = await Promise.all([
      readNewestPages(pager, index, counts),
      readCredentialsList(this.#client, request.signal),
    ]);
    const buildCompleteList = () => this.#buildCompleteList(pager, credentials, request);
    if (newest === 'complete') return { kind: 'complete', list: await readInSlices(buildCompleteList(), request.signal) };
    const newestIds = pager.ids();
    const current = await readInSlices(index.withNewest(newestIds, new Set()), request.signal);
    const olderIds = await readInSlices(this.#findOlderIds(current, newest, credentials, request), request.signal);
    for (const id of newestIds) olderIds.delete(id);
    const older = await readOlderTasks(pager, newest, current, olderIds, counts);
    if (older === 'complete') return { kind: 'complete', list: await readInSlices(buildCompleteList(), request.signal) };
    const goneIds: ReadonlySet<string> = credentials.kind === 'read' ? older.notFoundIds : new Set();
    const next = goneIds.size === 0 ? current : await readInSlices(current.withNewest(newestIds, goneIds), request.signal);
    return readInSlices(this.#buildChanges({ pager, older, index: next }, credentials, request), request.signal);
  }

  /** Tasks that may have changed, wherever they are in the list. */
  *#findOlderIds(
    current: ListIndex,
    { missingIds }: NewestPages,
    credentials: CredentialsList,
    { idsToRecheck }: RefreshRequest,
  ): Steps<Set<string>> {
    const ids = new Set(missingIds);
    for (const id of idsToRecheck) {
      if (current.has(id)) ids.add(id);
      yield;
    }
    const credentialsOnlyIds = new Set(this.#memory.credentialsOnlyIds);
    for (const id of yield* this.#findChangedCredentials(credentials)) {
      if (current.has(id) || credentialsOnlyIds.has(id)) ids.add(id);
      yield;
    }
    return ids;
  }

  *#buildCompleteList(pager: VcfListPager, credentials: CredentialsList, request: ReadRequest): Steps<ListResponse> {
    const last = this.#lastComplete;
    if (last !== null && isSameRead(last, pager, credentials)) {
      this.#memory = last.memory;
      return last.list;
    }
    const { listed, isComplete, problem } = pager;
    const ordinary = {
      tasks: listed.byId,
      has: (id: string) => listed.byId.has(id),
      malformedCount: listed.malformedCount,
      isComplete,
      problem,
    };
    // A list that is not complete must not lower the number, or the next read would stop where this one did.
    const known = isComplete ? listed.size : Math.max(listed.size, this.#memory.counts.known);
    const counts = { known, reported: pager.totalElements };
    const list = yield* this.#join(ordinary, credentials, { index: yield* ListIndex.fromPages(pager), counts }, request);
    this.#lastComplete =
      isComplete && credentials.kind === 'read'
        ? { pages: pager.pages, credentialsPage: credentials.page, memory: this.#memory, list }
        : null;
    return list;
  }

  *#buildChanges(
    { pager, older, index }: { readonly pager: VcfListPager; readonly older: LookupResult; readonly index: ListIndex },
    credentials: CredentialsList,
    request: ReadRequest,
  ): Steps<ListDelta> {
    const { listed } = pager;
    const tasks = yield* copyMapInSteps(listed.byId);
    for (const [id, task] of older.found) tasks.set(id, task);
    const ordinary = {
      tasks,
      has: (id: string) => index.has(id) || older.found.has(id),
      malformedCount: Math.max(index.malformedCount, listed.malformedCount),
      isComplete: !pager.isPartial && older.problem === null && index.size >= (pager.totalElements ?? 0),
      problem: pager.problem ?? older.problem,
    };
    const counts = { known: index.size, reported: pager.totalElements };
    const list = yield* this.#join(ordinary, credentials, { index, counts }, request);
    // A task is gone only when neither list has it; until both are read, one that is not found counts as unread.
    const isRead = credentials.kind === 'read';
    const goneIds = isRead ? [...older.notFoundIds].filter((id) => !credentials.listed.byId.has(id)) : [];
    const unread = isRead ? older.failedIds : [...older.failedIds, ...older.notFoundIds];
    return { kind: 'delta', list: { ...list, unreadIds: [...new Set([...list.unreadIds, ...unread])] }, goneIds };
  }

  *#join(
    ordinary: OrdinaryTaskList,
    credentials: CredentialsList,
    next: Pick<ListMemory, 'index' | 'counts'>,
    { cachedTask }: ReadRequest,
  ): Steps<ListResponse> {
    const { list, credentialsOnlyIds } = yield* joinLists(ordinary, credentials, {
      sourceName: this.#sourceName,
      maxItems: this.#bounds.maxItems,
      cachedTask,
      buildOrdinary: (task) => this.#buildOrdinary(task),
      credentialsOnlyIds: this.#memory.credentialsOnlyIds,
    });
    const credentialsFingerprints =
      credentials.kind === 'read' ? yield* listFingerprints(credentials) : this.#memory.credentialsFingerprints;
    this.#memory = { ...next, credentialsOnlyIds, credentialsFingerprints };
    return list;
  }

  #buildOrdinary(task: VcfElement): UntranslatedTask {
    const known = this.#ordinary.get(task);
    if (known !== undefined) return known;
    const built = buildUntranslatedVcfTask(this.#sourceName, task.id, task, null);
    this.#ordinary.set(task, built);
    return built;
  }

  /** Ids of credentials tasks that were added, changed or removed since they were last read. */
  *#findChangedCredentials(credentials: CredentialsList): Steps<readonly string[]> {
    if (credentials.kind === 'failed') return [];
    const before = this.#memory.credentialsFingerprints;
    const { byId } = credentials.listed;
    const changed: string[] = [];
    for (const [id, { fingerprint }] of byId) {
      if (before.get(id) !== fingerprint) changed.push(id);
      yield;
    }
    for (const id of before.keys()) {
      if (!byId.has(id)) changed.push(id);
      yield;
    }
    return changed;
  }
}

/** Whether nothing failed, and every page is the same object as then. */
function isSameRead({ pages, credentialsPage }: CompleteRead, pager: VcfListPager, credentials: CredentialsList): boolean {
  if (!pager.isComplete || credentials.kind !== 'read' || credentials.page !== credentialsPage || pages.size !== pager.pages.size)
    return false;
  return [...pager.pages].every(([pageNumber, page]) => page === pages.get(pageNumber));
}

function* listFingerprints({ listed }: Extract<CredentialsList, { kind: 'read' }>): Steps<ReadonlyMap<string, string>> {
  const fingerprints = new Map<string, string>();
  for (const [id, { fingerprint }] of listed.byId) {
    fingerprints.set(id, fingerprint);
    yield;
  }
  return fingerprints;
}

/** The newest pages of a list, down to the first one with a task of the index. */
interface NewestPages {
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
 * together, or fewer.
 */
async function readNewestPages(pager: VcfListPager, index: ListIndex, counts: TaskCounts): Promise<'complete' | NewestPages> {
  const first = await pager.readFirstPage();
  let count = 1;
  if (isOversized(first)) return readCompleteList(pager, first, counts, count);
  while (!pager.ids().some((id) => index.has(id))) {
    if (first.base === null || count >= (pager.totalPages ?? 1)) return readCompleteList(pager, first, counts, count);
    const page = await pager.tryReadPage(first.base + count);
    if (page === null || !page.isNew || isOversized(page)) return readCompleteList(pager, first, counts, count);
    count++;
  }
  const missingIds = findMissingIds(pager.ids(), index);
  const isOutdated = first.isLast === true || missingIds.length > maxMissing || hasDiverged(pager, index, missingIds.length, counts);
  if (isOutdated) return readCompleteList(pager, first, counts, count);
  return { first, count, missingIds };
}

async function readCompleteList(pager: VcfListPager, first: FirstPage, { known }: TaskCounts, readCount: number): Promise<'complete'> {
  await pager.readOtherPages(first, known, readCount);
  return 'complete';
}

/** Whether a plane sends pages of another size than it was asked for: then a refresh saves nothing. */
function isOversized({ elements }: Pick<VcfWirePage, 'elements'>): boolean {
  return elements.length > vcfPageSize * 2;
}

function findMissingIds(newestIds: readonly string[], index: ListIndex): readonly string[] {
  const present = new Set(newestIds);
  const lastIndexed = newestIds.findLast((id) => index.has(id));
  const missing: string[] = [];
  for (const id of index.ids) {
    if (lastIndexed === undefined || id === lastIndexed) break;
    if (!present.has(id)) missing.push(id);
  }
  return missing;
}

/**
 * Whether the order is another one, or the plane reports tasks that are neither indexed nor new, or fewer than there
 * should be: some of older pages are gone. A plane that always counts too few is compared with its own count.
 */
function hasDiverged(pager: VcfListPager, index: ListIndex, missingCount: number, { reported }: TaskCounts): boolean {
  if (runAtOnce(detectOrder(pager.listed, pager.ids())) === 'other') return true;
  const newCount = pager.ids().filter((id) => !index.has(id)).length;
  const total = pager.totalElements;
  if (total === null) return false;
  return total > index.size + newCount || total < Math.min(index.size, reported ?? index.size) + newCount - missingCount;
}

/**
 * Reads tasks outside the newest pages with as few calls as possible: a page that holds several of them is read whole,
 * all others are read by id. Reads the whole list where that takes no more calls.
 *
 * @param index with the newest pages at the front as they are now.
 */
async function readOlderTasks(
  pager: VcfListPager,
  { first, count }: NewestPages,
  index: ListIndex,
  ids: ReadonlySet<string>,
  counts: TaskCounts,
): Promise<'complete' | LookupResult> {
  const { base } = first;
  const olderPages = [...index.groupByPage(ids)].filter(([page]) => page >= count);
  if (base !== null && count + olderPages.length >= (pager.totalPages ?? Infinity)) return readCompleteList(pager, first, counts, count);
  if (base !== null) await pager.readPages(olderPages.filter(([, idsOfPage]) => idsOfPage.length > 1).map(([page]) => base + page));
  // Among these are tasks that have moved to another page in the meantime.
  return pager.lookUpTasks([...ids].filter((id) => !pager.listed.byId.has(id)));
}
