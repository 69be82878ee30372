import { runAtOnce, type Steps } from '../../../lib/slices.js';
import { mapConcurrent } from '../../../lib/map-concurrent.js';
import { SourceProblemError, type TaskSourceProblem } from '../../../model/source-problem.js';
import { createEndlessPagesProblem, createPagesSignal, type ListBounds, maxConcurrentTaskReads, readInSlices } from '../../source.js';
import type { VcfClient } from '../client.js';
import type { MalformedElement, VcfElement, VcfWirePage } from '../wire.js';

/** The most that SDDC Manager sends in one page. */
export const vcfPageSize = 100;

/**
 * Pages that are read at the same time. A page is the most expensive read of SDDC Manager: a quarter of the connections
 * is enough.
 */
const maxConcurrentPages = 4;

/** After this many failed pages no more are read: the plane is in trouble. */
const maxFailedPages = 3;

/** A page, and whether it brought a task that no earlier page had. */
interface PageResult extends VcfWirePage {
  readonly isNew: boolean;
}

/**
 * The first page of GET /v1/tasks. It is read without a number, because the API does not document whether pages count
 * from 0 or 1.
 */
export interface FirstPage extends Pick<VcfWirePage, 'elements'> {
  /** Its number; null where the plane does not report one. */
  readonly base: 0 | 1 | null;
  /** Whether there is no other page; null when the plane does not report it and the page is full. */
  readonly isLast: boolean | null;
}

/** Reads GET /v1/tasks page by page, and collects the tasks of all pages. One pager reads one list once. */
export class VcfListPager {
  readonly listed: ListedTasks;
  readonly #client: VcfClient;
  readonly #maxPages: number;
  readonly #signal: AbortSignal;
  /** Of every call but that of the first page. */
  readonly #pagesSignal: AbortSignal;
  /** Pages by their numbers; the first one has -1. */
  readonly pages = new Map<number, VcfWirePage>();
  /** Task ids of each page by its number; those of the first page under -1. */
  readonly #idsByPage = new Map<number, readonly string[]>();
  /** The page with the highest number, -1 for the first one, and how many elements it had. */
  #lastPage = { number: -1, size: 0 };
  #requestCount = 0;
  #failedCount = 0;
  #isFinished = false;
  #isCut = false;
  #problem: TaskSourceProblem | null = null;
  /** As the latest page reported them: the list may grow and shrink while it is read. */
  #total: { readonly pages: number | null; readonly elements: number | null } = { pages: null, elements: null };

  constructor(client: VcfClient, bounds: ListBounds, signal: AbortSignal) {
    this.#client = client;
    this.#maxPages = bounds.maxPages === 0 ? Infinity : bounds.maxPages;
    this.#signal = signal;
    this.#pagesSignal = createPagesSignal(signal, bounds);
    this.listed = new ListedTasks(bounds.maxItems);
  }

  /** How many tasks the plane reports; null where it does not. */
  get totalElements(): number | null {
    return this.#total.elements;
  }

  /** How many pages the plane reports; null where it does not. */
  get totalPages(): number | null {
    return this.#total.pages;
  }

  /** Whether a page failed, or a limit cut the list. */
  get isPartial(): boolean {
    return this.#isCut || this.listed.isCut || this.#problem !== null;
  }

  /** Whether nothing failed or was cut, and as many tasks came as the plane reports. */
  get isComplete(): boolean {
    return !this.isPartial && this.listed.size >= (this.#total.elements ?? 0);
  }

  /** The problem of the first page that failed. */
  get problem(): TaskSourceProblem | null {
    return this.#problem;
  }

  /** Ids of all tasks so far, each once, in the order of the plane. */
  ids(): readonly string[] {
    return [...runAtOnce(this.idsInSteps())];
  }

  /** The same in steps. */
  *idsInSteps(): Steps<ReadonlySet<string>> {
    const all = new Set<string>();
    for (const [, ids] of [...this.#idsByPage].toSorted(([a], [b]) => a - b)) {
      for (const id of ids) {
        all.add(id);
        yield;
      }
    }
    return all;
  }

  /** Rejects with a SourceProblemError when the page fails. */
  async readFirstPage(): Promise<FirstPage> {
    const { elements, metadata } = await this.#readPage(null);
    const { pageNumber, totalPages, totalElements } = metadata;
    if (totalPages !== null && (pageNumber === 0 || pageNumber === 1)) return { elements, base: pageNumber, isLast: totalPages <= 1 };
    if (totalPages !== null || totalElements !== null) return { elements, base: null, isLast: !this.#isMissingTasks };
    return { elements, base: null, isLast: elements.length === vcfPageSize ? null : true };
  }

  /**
   * Reads all pages after the first `readCount` ones. Where the plane counts fewer tasks than it sent, or than
   * `knownCount`, its count does not end the list: a page that is not full does.
   */
  async readOtherPages({ base, isLast }: FirstPage, knownCount: number, readCount = 1): Promise<void> {
    if (base !== null) await this.#readNumberedPages(base, base + readCount);
    else if (isLast !== true) return this.#readUntilEmpty();
    const counted = this.#total.elements;
    if (counted !== null && counted < Math.max(knownCount, this.listed.size)) await this.#readBeyondCount(base);
  }

  /** Reads the pages with these numbers. */
  async readPages(pageNumbers: readonly number[]): Promise<void> {
    await mapConcurrent(pageNumbers, maxConcurrentPages, (pageNumber) => this.tryReadPage(pageNumber));
  }

  /** Reads one page; null when a limit forbids it, or it fails. Rejects only when the plane refuses the credentials. */
  async tryReadPage(pageNumber: number): Promise<PageResult | null> {
    if (!this.#mayReadMore()) return null;
    try {
      return await this.#readPage(pageNumber);
    } catch (error) {
      if (!(error instanceof SourceProblemError) || error.isCredentialRefusal) throw error;
      this.#problem ??= error.problem;
      if (++this.#failedCount >= maxFailedPages) this.#isFinished = true;
      return null;
    }
  }

  /** Reads tasks by id, with one call each. Rejects only when the plane refuses the credentials. */
  async lookUpTasks(ids: readonly string[]): Promise<LookupResult> {
    const found = new Map<string, VcfElement>();
    const notFoundIds = new Set<string>();
    const errors = new Map<string, SourceProblemError>();
    await mapConcurrent(ids, maxConcurrentTaskReads, async (id) => {
      try {
        const task = await this.#client.task(id, this.#pagesSignal);
        if (task === null) notFoundIds.add(id);
        else found.set(id, task);
      } catch (error) {
        if (!(error instanceof SourceProblemError) || error.isCredentialRefusal) throw error;
        errors.set(id, error);
      }
    });
    const [first] = errors.values();
    return { found, notFoundIds, failedIds: [...errors.keys()], problem: first?.problem ?? null };
  }

  async #readPage(pageNumber: number | null): Promise<PageResult> {
    this.#requestCount++;
    return this.#addPage(
      pageNumber,
      await this.#client.tasks(
        { ...(pageNumber !== null && { pageNumber }), pageSize: vcfPageSize },
        pageNumber === null ? this.#signal : this.#pagesSignal,
      ),
    );
  }

  /** Null when the plane has no such page. */
  async #readPageIfPresent(pageNumber: number): Promise<PageResult | null> {
    this.#requestCount++;
    const page = await this.#client.tasksIfPresent({ pageNumber, pageSize: vcfPageSize }, this.#pagesSignal);
    return page === null ? null : this.#addPage(pageNumber, page);
  }

  async #addPage(pageNumber: number | null, page: VcfWirePage): Promise<PageResult> {
    const { totalPages, totalElements } = page.metadata;
    this.#total = { pages: totalPages ?? this.#total.pages, elements: totalElements ?? this.#total.elements };
    this.pages.set(pageNumber ?? -1, page);
    const { ids, isNew } = await readInSlices(this.listed.addInSteps(page), this.#signal);
    this.#idsByPage.set(pageNumber ?? -1, ids);
    if ((pageNumber ?? -1) >= this.#lastPage.number) this.#lastPage = { number: pageNumber ?? -1, size: page.elements.length };
    if (this.listed.isCut) this.#isFinished = true;
    return { ...page, isNew };
  }

  /** Reads pages from number `from` on, several at a time; `base` is the number of the first page. */
  async #readNumberedPages(base: 0 | 1, from: number): Promise<void> {
    let [next, isRepeated] = [from, false];
    const hasMore = (): boolean => next < base + (this.#total.pages ?? 1);
    const mayContinue = (): boolean => hasMore() && this.#mayReadMore();
    function* pageNumbers(): Generator<number> {
      while (mayContinue()) yield next++;
    }
    // A loop, because the last pages may report that there are further ones.
    while (mayContinue()) {
      await mapConcurrent(pageNumbers(), maxConcurrentPages, async (pageNumber) => {
        const page = await this.tryReadPage(pageNumber);
        if (page?.isNew !== false) return;
        this.#isFinished = true;
        isRepeated = true;
      });
    }
    if (!hasMore()) return;
    this.#isCut = true;
    if (isRepeated) this.#problem ??= createEndlessPagesProblem();
  }

  /**
   * Reads one page after the other where the plane does not report how many there are. Page 1 may be the first page
   * again.
   */
  async #readUntilEmpty(): Promise<void> {
    for (let pageNumber = 1; this.#mayReadMore(); pageNumber++) {
      const page = await this.tryReadPage(pageNumber);
      if (page === null || page.elements.length === 0 || (!page.isNew && pageNumber > 1)) return;
      const isSilent = this.#total.elements === null && this.#total.pages === null;
      if (isSilent ? page.elements.length < vcfPageSize : !this.#isMissingTasks) return;
    }
    this.#isCut = true;
  }

  /**
   * Reads pages from the first one that was not read on, as long as pages are full and bring something. That the plane
   * has no such page is the end of the list. Where the number of the first page is unknown, page 1 may be the first page
   * again.
   */
  async #readBeyondCount(base: 0 | 1 | null): Promise<void> {
    const { size: readCount } = this.#idsByPage;
    let isFull = this.#lastPage.size >= vcfPageSize;
    for (let pageNumber = (base ?? 0) + readCount; isFull; pageNumber++) {
      if (!this.#mayReadMore()) {
        this.#isCut ||= !this.#isFinished;
        return;
      }
      try {
        const page = await this.#readPageIfPresent(pageNumber);
        const mayRepeat = base === null && pageNumber === 1;
        isFull = page !== null && (page.isNew || mayRepeat) && page.elements.length >= vcfPageSize;
      } catch (error) {
        if (!(error instanceof SourceProblemError) || error.isCredentialRefusal) throw error;
        this.#problem ??= error.problem;
        return;
      }
    }
  }

  /** Whether the plane reports more than came. */
  get #isMissingTasks(): boolean {
    return this.#total.elements === null ? (this.#total.pages ?? 1) > 1 : this.listed.size < this.#total.elements;
  }

  #mayReadMore(): boolean {
    return !this.#isFinished && this.#requestCount < this.#maxPages && !this.#pagesSignal.aborted;
  }
}

/** Results of reading tasks by id. */
export interface LookupResult {
  readonly found: ReadonlyMap<string, VcfElement>;
  /** Ids that GET /v1/tasks does not have. */
  readonly notFoundIds: ReadonlySet<string>;
  /** Ids for which the read failed. */
  readonly failedIds: readonly string[];
  /** The problem of the first of them. */
  readonly problem: TaskSourceProblem | null;
}

/** The tasks of a list, each once, even if tasks move between pages while they are read. */
export class ListedTasks {
  /** By id, in the order of the plane. */
  readonly byId = new Map<string, VcfElement>();
  /** Whether there were more than `maxItems`, or more than is read of one page. */
  isCut = false;
  readonly #maxItems: number;
  readonly #malformed = new Set<string>();

  /** 0 is no limit. */
  constructor(maxItems: number) {
    this.#maxItems = maxItems === 0 ? Infinity : maxItems;
  }

  get malformedCount(): number {
    return this.#malformed.size;
  }

  /** All elements, readable or not. */
  get size(): number {
    return this.byId.size + this.#malformed.size;
  }

  /** Adds a page. Returns the ids of its readable tasks, in their order, and whether it has an element that was not known. */
  *addInSteps({ elements, isCut }: VcfWirePage): Steps<{ readonly ids: readonly string[]; readonly isNew: boolean }> {
    const occurrences = new Map<string, number>();
    const ids: string[] = [];
    let isNew = false;
    this.isCut ||= isCut;
    for (const element of elements) {
      const malformed = element.id === null ? countOccurrence(element, occurrences) : '';
      const isKnown = element.id === null ? this.#malformed.has(malformed) : this.byId.has(element.id);
      if (!isKnown && this.size >= this.#maxItems) this.isCut = true;
      else {
        isNew ||= !isKnown;
        if (element.id === null) this.#malformed.add(malformed);
        else this.byId.set(element.id, element);
        if (element.id !== null) ids.push(element.id);
      }
      yield;
    }
    return { ids, isNew };
  }
}

/** Equal elements count as often as one page contains them, so that a page that is read twice counts once. */
function countOccurrence({ fingerprint }: MalformedElement, occurrences: Map<string, number>): string {
  const occurrence = occurrences.get(fingerprint) ?? 0;
  occurrences.set(fingerprint, occurrence + 1);
  return `${occurrence} ${fingerprint}`;
}
