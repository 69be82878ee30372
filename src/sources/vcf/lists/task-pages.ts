import { pageSize, type PageWalk } from './page-walk.js';
import type { WirePage } from '../wire-page.js';

/** The first page of GET /v1/tasks. Whether pages count from 0 or 1 is not documented: it is asked for without a number, and tells. */
export interface FirstPage extends Pick<WirePage, 'elements'> {
  /** Its number; null where the plane does not say how its pages count. */
  readonly base: 0 | 1 | null;
  /** Whether it is all there is: for certain, not, or the plane does not say and has filled the page. */
  readonly isLast: boolean | null;
}

/** Rejects with a SourceProblemError when it fails, or the plane refuses the credentials. */
export async function askFirstPage(walk: PageWalk): Promise<FirstPage> {
  const { elements, metadata } = await walk.ask(null);
  const { pageNumber, totalPages, totalElements } = metadata;
  if (totalPages !== null && (pageNumber === 0 || pageNumber === 1)) return { elements, base: pageNumber, isLast: totalPages <= 1 };
  const isSilent = totalPages === null && totalElements === null;
  return { elements, base: null, isLast: isSilent ? (elements.length === pageSize ? null : true) : !walk.misses };
}

/** All pages after the first one; `from` where some of them were asked for already. */
export async function askOtherPages(walk: PageWalk, { base, isLast }: FirstPage, from = (base ?? 0) + 1): Promise<void> {
  if (base !== null) await walk.restOf(base, from);
  else if (isLast !== true) await walk.probe();
}
