import { SourceProblemError } from '../../error/source-problem-error.js';
import type { ListAnswer } from '../../source/source.js';
import { type Freshness, isFresh } from './freshness.js';

/** What became of asking a plane for its list. */
export type ListResult = ListAnswer | SourceProblemError;

/** One question for a list: under way while it has no result. */
export interface ListReading {
  readonly askedAt: number;
  /** Every task was asked for, or only what can have changed. */
  extent: 'whole' | 'news';
  observedAt: number | null;
  result: ListResult | null;
  readonly done: Promise<ListResult>;
}

/** The newest list that a plane gave, or the news since one. */
export interface GoodList {
  readonly answer: ListAnswer;
  readonly extent: 'whole' | 'news';
  readonly askedAt: number;
  readonly observedAt: number;
  readonly latencyMs: number;
}

/**
 * Whether a reading will do for an operation. A failure will do for those that came in before it was over, so that one
 * operation waits for it once; whoever comes later asks again, however old the data may be for them.
 */
export function willDo(list: ListReading, freshness: Freshness): boolean {
  const isPastFailure = list.result instanceof SourceProblemError && (list.observedAt ?? Infinity) < freshness.since;
  return !isPastFailure && isFresh(freshness, list);
}

/** Whether a task that is not in a list, nor was known before its news, is not at the plane either. */
export function saysAll({ isComplete, malformedCount }: ListAnswer): boolean {
  return isComplete && malformedCount === 0;
}
