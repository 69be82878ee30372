import { setImmediate } from 'node:timers/promises';

import { createOtherProblem, SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { ListResponse, ReadRequest, RefreshResponse, Source, UntranslatedTask } from '../../sources/source.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import type { CachedTasks } from './cached-tasks.js';
import { type Freshness, isFresh } from './freshness.js';

export interface ListReadsOptions extends CacheContext {
  /** Ids that are remembered for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  /** Ids of tasks that were acted on and have yet to show it. */
  readonly actedOn: () => readonly string[];
  /** The whole list is read at least so often, in milliseconds; news will do in between. */
  readonly fullMs: number;
  /** Is told after each reading, whether it failed or not. `isWhole`: a task that is not in it is not at the plane either. */
  readonly onListed: (isWhole: boolean) => void;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Reads the list of one source: whole, or only what can have changed since; once for all who ask at the same time. */
export class ListReads {
  readonly #options: ListReadsOptions;
  #latest: ListRead | null = null;
  #lastSuccessful: SuccessfulList | null = null;
  /** When the last whole list was asked for. */
  #wholeAt = -Infinity;

  constructor(options: ListReadsOptions) {
    this.#options = options;
  }

  /** The newest list that the plane gave, or news since one. */
  get lastSuccessful(): SuccessfulList | null {
    return this.#lastSuccessful;
  }

  /** Every task, or the news: as it suits. */
  current(freshness: Freshness): ListRead {
    const latest = this.#latest;
    return latest !== null && isUsable(latest, freshness) ? latest : this.#begin(this.#extent());
  }

  /** Every task, whatever is known of them. */
  complete(freshness: Freshness): ListRead {
    const latest = this.#latest;
    return latest !== null && latest.extent === 'whole' && isUsable(latest, freshness) ? latest : this.#begin('whole');
  }

  /** What became of a list that will do and is over. */
  result(freshness: Freshness): ListResult | null {
    return this.#latest !== null && isUsable(this.#latest, freshness) ? this.#latest.result : null;
  }

  /** A reading that has no result yet and will do; null: there is none. */
  inFlight(freshness: Freshness): ListRead | null {
    const latest = this.#latest;
    return latest !== null && latest.observedAt === null && isFresh(freshness, latest) ? latest : null;
  }

  /** Whether a task that is not known is not at the plane either. */
  knowsAllTasks(freshness: Freshness): boolean {
    const result = this.result(freshness);
    return result !== null && !(result instanceof SourceProblemError) && isExhaustive(result);
  }

  #extent(): 'whole' | 'news' {
    const { source, now, fullMs } = this.#options;
    return source.refresh !== undefined && now() - this.#wholeAt < fullMs ? 'news' : 'whole';
  }

  #begin(extent: 'whole' | 'news'): ListRead {
    const begin = { askedAt: this.#options.now(), extent, observedAt: null, result: null };
    const list: ListRead = Object.assign(begin, { done: Promise.resolve().then(() => this.#read(list)) });
    this.#latest = list;
    return list;
  }

  async #read(list: ListRead): Promise<ListResult> {
    const { health, known, now } = this.#options;
    const begun = performance.now();
    try {
      const refreshed = await this.#ask(list.extent);
      const [observedAt, latencyMs] = [now(), Math.round(performance.now() - begun)];
      const answer = { ...refreshed.answer, tasks: await translateInSlices(refreshed.answer.tasks, known) };
      if (refreshed.kind === 'news') known.applyDelta({ ...refreshed, answer }, list.askedAt, observedAt);
      else known.applyList(answer, list.askedAt, observedAt);
      if (refreshed.kind === 'whole') this.#wholeAt = list.askedAt;
      [list.observedAt, list.extent] = [observedAt, refreshed.kind];
      // The readings have done their work: what was sent is not kept twice.
      list.result = { ...answer, tasks: [] };
      this.#lastSuccessful = { answer: list.result, extent: list.extent, askedAt: list.askedAt, observedAt, latencyMs };
      health.succeeded(observedAt, latencyMs, answer.problem);
    } catch (error) {
      list.observedAt = now();
      list.result = health.failed(error);
    }
    this.#options.notify();
    this.#options.onListed(list.extent === 'whole' && !(list.result instanceof SourceProblemError) && isExhaustive(list.result));
    return list.result;
  }

  async #ask(extent: 'whole' | 'news'): Promise<RefreshResponse> {
    const { source, known, actedOn } = this.#options;
    if (extent === 'news' && source.refresh !== undefined) {
      return source.refresh({ ...createReadRequest(this.#options), idsToRecheck: [...new Set([...known.unfinishedIds, ...actedOn()])] });
    }
    return { kind: 'whole', answer: await readList(source, createReadRequest(this.#options), known.listed.all(), this.#options) };
  }
}

/** What became of asking a plane for its list. */
export type ListResult = ListResponse | SourceProblemError;

/** One question for a list: under way while it has no result. */
export interface ListRead {
  readonly askedAt: number;
  /** Every task was asked for, or only what can have changed. */
  extent: 'whole' | 'news';
  observedAt: number | null;
  result: ListResult | null;
  readonly done: Promise<ListResult>;
}

/** The newest list that a plane gave, or the news since one. */
export interface SuccessfulList {
  readonly answer: ListResponse;
  readonly extent: 'whole' | 'news';
  readonly askedAt: number;
  readonly observedAt: number;
  readonly latencyMs: number;
}

/**
 * Whether a reading will do for an operation. A failure will do for those that came in before it was over, so that one
 * operation waits for it once; whoever comes later asks again, however old the data may be for them.
 */
export function isUsable(list: ListRead, freshness: Freshness): boolean {
  const isPastFailure = list.result instanceof SourceProblemError && (list.observedAt ?? Infinity) < freshness.since;
  return !isPastFailure && isFresh(freshness, list);
}

/** Whether a task that is not in a list, nor was known before its news, is not at the plane either. */
export function isExhaustive({ isComplete, malformedCount }: ListResponse): boolean {
  return isComplete && malformedCount === 0;
}

/** Where the ids that are tracked come from, and where it is told that they do not come. */
export interface TrackedIdsPort {
  trackedIds(): Promise<readonly string[]>;
  report(error: unknown): void;
}

/**
 * The list of a source. When the tracked ids of a plane that cannot list are not to be had, those of the list as it is known are
 * asked for, and the answer has a problem and is not complete. Rejects only as the source does.
 */
export async function readList(
  source: Source,
  request: ReadRequest,
  known: readonly Pick<Task, 'sourceTaskId'>[],
  { trackedIds, report }: TrackedIdsPort,
): Promise<ListResponse> {
  if (source.capabilities.list) return source.list({ ...request, trackedIds: [] });
  let ids: readonly string[];
  try {
    ids = await trackedIds();
  } catch (error) {
    report(error);
    const answer = await source.list({ ...request, trackedIds: known.map((task) => task.sourceTaskId) });
    const message = 'The gateway cannot read its store now: tasks that are tracked may be missing.';
    return { ...answer, isComplete: false, problem: answer.problem ?? createOtherProblem(message) };
  }
  return source.list({ ...request, trackedIds: ids });
}

/** Others get their turn after so many milliseconds of translating. */
const maxSliceMs = 5;

/**
 * Translates what is new or differs, a little at a time, so that thousands of tasks hold up nobody. What it gives is the same
 * readings, whose translation costs nothing any more.
 */
export async function translateInSlices(readings: readonly UntranslatedTask[], known: CachedTasks): Promise<readonly UntranslatedTask[]> {
  const ahead: UntranslatedTask[] = [];
  let turn = performance.now();
  for (const reading of readings) {
    if (known.isUnchanged(reading)) ahead.push(reading);
    else {
      const translated = reading.translate();
      ahead.push({ ...reading, translate: () => translated });
    }
    if (performance.now() - turn < maxSliceMs) continue;
    await setImmediate();
    turn = performance.now();
  }
  return ahead;
}
