import { SourceProblemError } from '../../../task/error/source-problem-error.js';
import { inOrder } from '../../../task/in-order.js';
import type { TaskSourceProblem } from '../../../task/source/problem.js';
import type { VcfClient } from '../client.js';
import { Collected } from './collected.js';
import { isRefusal } from './is-refusal.js';
import type { WirePage } from '../wire-page.js';

/** Limits of one list; 0 is no limit. */
export interface ListLimits {
  readonly maxItems: number;
  readonly maxPages: number;
}

/** All tasks of GET /v1/tasks, as far as they could be had. */
export interface TaskList {
  readonly collected: Collected;
  /** False when a limit cut it, a page failed, or fewer came than the plane counts. */
  readonly isComplete: boolean;
  /** Of the first page that failed. */
  readonly problem: TaskSourceProblem | null;
}

/** The most that SDDC Manager gives in one page. */
export const pageSize = 100;

/** At most so many pages at a time. */
const pagesAtOnce = 4;

/** After so many failed pages no more are asked for. */
const maxFailedPages = 3;

/** A page, and whether it brought something that no other page had. */
export interface AskedPage extends WirePage {
  readonly isNew: boolean;
}

/** The pages of one list while they are asked for, and what they brought. */
export class PageWalk {
  readonly collected: Collected;
  readonly #client: VcfClient;
  readonly #maxPages: number;
  readonly #signal: AbortSignal;
  /** Ids of the tasks of each page that came, by its number; the first one under -1. */
  readonly #ids = new Map<number, readonly string[]>();
  #asked = 0;
  #failed = 0;
  #isOver = false;
  #isCut = false;
  #problem: TaskSourceProblem | null = null;
  /** Of the newest page that says it: the list may grow and shrink while it is read. */
  #total: { readonly pages: number | null; readonly elements: number | null } = { pages: null, elements: null };

  constructor(client: VcfClient, limits: ListLimits, signal: AbortSignal) {
    this.#client = client;
    this.#maxPages = limits.maxPages === 0 ? Infinity : limits.maxPages;
    this.#signal = signal;
    this.collected = new Collected(limits.maxItems);
  }

  /** How many tasks the plane counts; null where it does not say. */
  get total(): number | null {
    return this.#total.elements;
  }

  /** How many pages the plane counts; null where it does not say. */
  get totalPages(): number | null {
    return this.#total.pages;
  }

  /** Whether a page failed, or a limit keeps tasks away. */
  get isBroken(): boolean {
    return this.#isCut || this.collected.isCut || this.#problem !== null;
  }

  /** Of the first page that failed. */
  get problem(): TaskSourceProblem | null {
    return this.#problem;
  }

  /** Whether the plane counts more than came. */
  get misses(): boolean {
    return this.#total.elements === null ? (this.#total.pages ?? 1) > 1 : this.collected.size < this.#total.elements;
  }

  /** Ids of what came, each once, in the plane's order. */
  ids(): readonly string[] {
    const pages = [...this.#ids].toSorted(([one], [other]) => one - other);
    return [...new Set(pages.flatMap(([, ids]) => ids))];
  }

  async ask(pageNumber: number | null): Promise<AskedPage> {
    this.#asked++;
    const page = await this.#client.tasks(pageNumber === null ? { pageSize } : { pageNumber, pageSize }, this.#signal);
    const { totalPages, totalElements } = page.metadata;
    this.#total = { pages: totalPages ?? this.#total.pages, elements: totalElements ?? this.#total.elements };
    const before = this.collected.size;
    this.#ids.set(pageNumber ?? -1, this.collected.add(page.elements));
    if (this.collected.isCut) this.#isOver = true;
    return { ...page, isNew: this.collected.size > before };
  }

  /** One page where there is leave to ask; null when there is none, or it fails. */
  async attempt(pageNumber: number): Promise<AskedPage | null> {
    if (!this.#mayAsk()) return null;
    try {
      return await this.ask(pageNumber);
    } catch (error) {
      if (!(error instanceof SourceProblemError) || isRefusal(error)) throw error;
      this.#problem ??= error.problem;
      if (++this.#failed >= maxFailedPages) this.#isOver = true;
      return null;
    }
  }

  /** All pages from `from` on, where the first one's number is `base`. */
  async restOf(base: 0 | 1, from: number): Promise<void> {
    let next = from;
    const isMore = (): boolean => next < base + (this.#total.pages ?? 1);
    const mayGoOn = (): boolean => isMore() && this.#mayAsk();
    function* pages(): Generator<number> {
      while (mayGoOn()) yield next++;
    }
    // Again, because the last pages may tell of further ones.
    while (mayGoOn()) {
      await inOrder(pages(), pagesAtOnce, async (pageNumber) => {
        const page = await this.attempt(pageNumber);
        if (page?.isNew === false) this.#isOver = true;
      });
    }
    if (isMore()) this.#isCut = true;
  }

  /** One page after the other, where nothing tells how many there are; page 1 may be the first one again. */
  async probe(): Promise<void> {
    for (let pageNumber = 1; this.#mayAsk(); pageNumber++) {
      const page = await this.attempt(pageNumber);
      if (page === null || page.elements.length === 0 || (!page.isNew && pageNumber > 1)) return;
      const isLast = this.#total.elements === null && this.#total.pages === null ? page.elements.length < pageSize : !this.misses;
      if (isLast) return;
    }
    this.#isCut = true;
  }

  result(): TaskList {
    return {
      collected: this.collected,
      isComplete: !this.isBroken && this.collected.size >= (this.total ?? 0),
      problem: this.#problem,
    };
  }

  #mayAsk(): boolean {
    return !this.#isOver && this.#asked < this.#maxPages && !this.#signal.aborted;
  }
}
