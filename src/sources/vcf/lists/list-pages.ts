import { mapConcurrent } from '../../../lib/map-concurrent.js';
import type { JsonObject } from '../../../model/scalars.js';
import { SourceProblemError, type TaskSourceProblem } from '../../../model/source-problem.js';
import { computeFingerprint } from '../../source.js';
import type { VcfClient } from '../client.js';
import { identifyTask, type VcfWirePage } from '../wire.js';

/** Limits of one list; 0 is no limit. */
export interface VcfListLimits {
  readonly maxItems: number;
  readonly maxPages: number;
}

/** All tasks of GET /v1/tasks, as far as they could be had. */
export interface VcfTaskList {
  readonly collected: CollectedTasks;
  /** False when a limit cut it, a page failed, or fewer came than the plane counts. */
  readonly isComplete: boolean;
  /** Of the first page that failed. */
  readonly problem: TaskSourceProblem | null;
}

/** The most that SDDC Manager gives in one page. */
export const vcfPageSize = 100;

/** At most so many pages at a time. */
const maxConcurrentPages = 4;

/** After so many failed pages no more are asked for. */
const maxFailedPages = 3;

/** A page, and whether it brought something that no other page had. */
export interface PageResult extends VcfWirePage {
  readonly isNew: boolean;
}

/** The pages of one list while they are asked for, and what they brought. */
export class VcfListPager {
  readonly collected: CollectedTasks;
  readonly #client: VcfClient;
  readonly #maxPages: number;
  readonly #signal: AbortSignal;
  /** Ids of the tasks of each page that came, by its number; the first one under -1. */
  readonly #ids = new Map<number, readonly string[]>();
  #requestCount = 0;
  #failed = 0;
  #isOver = false;
  #isCut = false;
  #problem: TaskSourceProblem | null = null;
  /** Of the newest page that says it: the list may grow and shrink while it is read. */
  #total: { readonly pages: number | null; readonly elements: number | null } = { pages: null, elements: null };

  constructor(client: VcfClient, limits: VcfListLimits, signal: AbortSignal) {
    this.#client = client;
    this.#maxPages = limits.maxPages === 0 ? Infinity : limits.maxPages;
    this.#signal = signal;
    this.collected = new CollectedTasks(limits.maxItems);
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
  get isPartial(): boolean {
    return this.#isCut || this.collected.isCut || this.#problem !== null;
  }

  /** Of the first page that failed. */
  get problem(): TaskSourceProblem | null {
    return this.#problem;
  }

  /** Whether the plane counts more than came. */
  get isMissingTasks(): boolean {
    return this.#total.elements === null ? (this.#total.pages ?? 1) > 1 : this.collected.size < this.#total.elements;
  }

  /** Ids of what came, each once, in the plane's order. */
  ids(): readonly string[] {
    const pages = [...this.#ids].toSorted(([one], [other]) => one - other);
    return [...new Set(pages.flatMap(([, ids]) => ids))];
  }

  async readPage(pageNumber: number | null): Promise<PageResult> {
    this.#requestCount++;
    const page = await this.#client.tasks(
      pageNumber === null ? { pageSize: vcfPageSize } : { pageNumber, pageSize: vcfPageSize },
      this.#signal,
    );
    const { totalPages, totalElements } = page.metadata;
    this.#total = { pages: totalPages ?? this.#total.pages, elements: totalElements ?? this.#total.elements };
    const before = this.collected.size;
    this.#ids.set(pageNumber ?? -1, this.collected.add(page.elements));
    if (this.collected.isCut) this.#isOver = true;
    return { ...page, isNew: this.collected.size > before };
  }

  /** One page where there is leave to ask; null when there is none, or it fails. */
  async tryReadPage(pageNumber: number): Promise<PageResult | null> {
    if (!this.#mayReadMore()) return null;
    try {
      return await this.readPage(pageNumber);
    } catch (error) {
      if (!(error instanceof SourceProblemError) || refusesCredentials(error)) throw error;
      this.#problem ??= error.problem;
      if (++this.#failed >= maxFailedPages) this.#isOver = true;
      return null;
    }
  }

  /** All pages from `from` on, where the first one's number is `base`. */
  async readRemaining(base: 0 | 1, from: number): Promise<void> {
    let next = from;
    const isMore = (): boolean => next < base + (this.#total.pages ?? 1);
    const mayGoOn = (): boolean => isMore() && this.#mayReadMore();
    function* pages(): Generator<number> {
      while (mayGoOn()) yield next++;
    }
    // Again, because the last pages may tell of further ones.
    while (mayGoOn()) {
      await mapConcurrent(pages(), maxConcurrentPages, async (pageNumber) => {
        const page = await this.tryReadPage(pageNumber);
        if (page?.isNew === false) this.#isOver = true;
      });
    }
    if (isMore()) this.#isCut = true;
  }

  /** One page after the other, where nothing tells how many there are; page 1 may be the first one again. */
  async readUntilEmpty(): Promise<void> {
    for (let pageNumber = 1; this.#mayReadMore(); pageNumber++) {
      const page = await this.tryReadPage(pageNumber);
      if (page === null || page.elements.length === 0 || (!page.isNew && pageNumber > 1)) return;
      const isLast =
        this.#total.elements === null && this.#total.pages === null ? page.elements.length < vcfPageSize : !this.isMissingTasks;
      if (isLast) return;
    }
    this.#isCut = true;
  }

  result(): VcfTaskList {
    return {
      collected: this.collected,
      isComplete: !this.isPartial && this.collected.size >= (this.total ?? 0),
      problem: this.#problem,
    };
  }

  #mayReadMore(): boolean {
    return !this.#isOver && this.#requestCount < this.#maxPages && !this.#signal.aborted;
  }
}

/** The first page of GET /v1/tasks. Whether pages count from 0 or 1 is not documented: it is asked for without a number, and tells. */
export interface FirstPage extends Pick<VcfWirePage, 'elements'> {
  /** Its number; null where the plane does not say how its pages count. */
  readonly base: 0 | 1 | null;
  /** Whether it is all there is: for certain, not, or the plane does not say and has filled the page. */
  readonly isLast: boolean | null;
}

/** Rejects with a SourceProblemError when it fails, or the plane refuses the credentials. */
export async function readFirstPage(walk: VcfListPager): Promise<FirstPage> {
  const { elements, metadata } = await walk.readPage(null);
  const { pageNumber, totalPages, totalElements } = metadata;
  if (totalPages !== null && (pageNumber === 0 || pageNumber === 1)) return { elements, base: pageNumber, isLast: totalPages <= 1 };
  const isSilent = totalPages === null && totalElements === null;
  return { elements, base: null, isLast: isSilent ? (elements.length === vcfPageSize ? null : true) : !walk.isMissingTasks };
}

/** All pages after the first one; `from` where some of them were asked for already. */
export async function readOtherPages(walk: VcfListPager, { base, isLast }: FirstPage, from = (base ?? 0) + 1): Promise<void> {
  if (base !== null) await walk.readRemaining(base, from);
  else if (isLast !== true) await walk.readUntilEmpty();
}

/** What the pages of a list bring together: each task once, whatever shifts between pages. */
export class CollectedTasks {
  /** By their ids at the plane, in its order. */
  readonly tasks = new Map<string, JsonObject>();
  /** More came than `maxItems` allows. */
  isCut = false;
  readonly #maxItems: number;
  readonly #malformed = new Set<string>();
  /** Made page by page, so that a long list holds up nobody. */
  readonly #fingerprints = new Map<string, string>();

  /** 0 is no limit. */
  constructor(maxItems: number) {
    this.#maxItems = maxItems === 0 ? Infinity : maxItems;
  }

  get malformedCount(): number {
    return this.#malformed.size;
  }

  /** All that came, readable or not. */
  get size(): number {
    return this.tasks.size + this.#malformed.size;
  }

  /** Of a task that came; undefined of any other. */
  computeFingerprint(id: string): string | undefined {
    return this.#fingerprints.get(id);
  }

  /** Adds a page, and gives the ids of what it held of tasks that can be read, in its order. */
  add(elements: readonly unknown[]): readonly string[] {
    const seen = new Map<string, number>();
    const ids: string[] = [];
    for (const element of elements) {
      const task = identifyTask(element);
      if (task === null) this.#addMalformed(element, seen);
      else if (this.tasks.has(task.id) || this.tasks.size < this.#maxItems) {
        this.tasks.set(task.id, task.wire);
        this.#fingerprints.set(task.id, computeFingerprint(task.wire));
        ids.push(task.id);
      } else this.isCut = true;
    }
    return ids;
  }

  /** Equal ones count once for each time that one page holds them, so that a page that comes twice counts once. */
  #addMalformed(element: unknown, seen: Map<string, number>): void {
    const text = JSON.stringify(element);
    const place = seen.get(text) ?? 0;
    seen.set(text, place + 1);
    this.#malformed.add(`${place} ${text}`);
  }
}

/** Whether the plane refuses the credentials: nothing that is known may be shown any more. */
export function refusesCredentials({ problem }: SourceProblemError): boolean {
  return problem.kind === 'UNAUTHENTICATED' || problem.kind === 'FORBIDDEN';
}
