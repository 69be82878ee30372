import { SourceProblemError } from '../../error/source-problem-error.js';
import type { Refreshed } from '../../source/source.js';
import { type Freshness, isFresh } from './freshness.js';
import { type GoodList, type ListReading, type ListResult, saysAll, willDo } from './list-reading.js';
import { listSource } from './list-source.js';
import { requestOf } from './request-of.js';
import { translateAhead } from './translate-ahead.js';
import type { ViewState } from './view-state.js';

export interface ViewListsOptions extends ViewState {
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
export class ViewLists {
  readonly #options: ViewListsOptions;
  #latest: ListReading | null = null;
  #lastGood: GoodList | null = null;
  /** When the last whole list was asked for. */
  #wholeAt = -Infinity;

  constructor(options: ViewListsOptions) {
    this.#options = options;
  }

  /** The newest list that the plane gave, or news since one. */
  get lastGood(): GoodList | null {
    return this.#lastGood;
  }

  /** Every task, or the news: as it suits. */
  fresh(freshness: Freshness): ListReading {
    const latest = this.#latest;
    return latest !== null && willDo(latest, freshness) ? latest : this.#begin(this.#extent());
  }

  /** Every task, whatever is known of them. */
  whole(freshness: Freshness): ListReading {
    const latest = this.#latest;
    return latest !== null && latest.extent === 'whole' && willDo(latest, freshness) ? latest : this.#begin('whole');
  }

  /** What became of a list that will do and is over. */
  result(freshness: Freshness): ListResult | null {
    return this.#latest !== null && willDo(this.#latest, freshness) ? this.#latest.result : null;
  }

  /** A reading that has no result yet and will do; null: there is none. */
  underWay(freshness: Freshness): ListReading | null {
    const latest = this.#latest;
    return latest !== null && latest.observedAt === null && isFresh(freshness, latest) ? latest : null;
  }

  /** Whether a task that is not known is not at the plane either. */
  isAllKnown(freshness: Freshness): boolean {
    const result = this.result(freshness);
    return result !== null && !(result instanceof SourceProblemError) && saysAll(result);
  }

  #extent(): 'whole' | 'news' {
    const { source, now, fullMs } = this.#options;
    return source.refresh !== undefined && now() - this.#wholeAt < fullMs ? 'news' : 'whole';
  }

  #begin(extent: 'whole' | 'news'): ListReading {
    const begin = { askedAt: this.#options.now(), extent, observedAt: null, result: null };
    const list: ListReading = Object.assign(begin, { done: Promise.resolve().then(() => this.#read(list)) });
    this.#latest = list;
    return list;
  }

  async #read(list: ListReading): Promise<ListResult> {
    const { health, known, now } = this.#options;
    const begun = performance.now();
    try {
      const refreshed = await this.#ask(list.extent);
      const [observedAt, latencyMs] = [now(), Math.round(performance.now() - begun)];
      const answer = { ...refreshed.answer, readings: await translateAhead(refreshed.answer.readings, known) };
      if (refreshed.extent === 'news') known.applyNews({ ...refreshed, answer }, list.askedAt, observedAt);
      else known.applyList(answer, list.askedAt, observedAt);
      if (refreshed.extent === 'whole') this.#wholeAt = list.askedAt;
      [list.observedAt, list.extent] = [observedAt, refreshed.extent];
      // The readings have done their work: what was sent is not kept twice.
      list.result = { ...answer, readings: [] };
      this.#lastGood = { answer: list.result, extent: list.extent, askedAt: list.askedAt, observedAt, latencyMs };
      health.succeeded(observedAt, latencyMs, answer.problem);
    } catch (error) {
      list.observedAt = now();
      list.result = health.failed(error);
    }
    this.#options.tell();
    this.#options.onListed(list.extent === 'whole' && !(list.result instanceof SourceProblemError) && saysAll(list.result));
    return list.result;
  }

  async #ask(extent: 'whole' | 'news'): Promise<Refreshed> {
    const { source, known, actedOn } = this.#options;
    if (extent === 'news' && source.refresh !== undefined) {
      return source.refresh({ ...requestOf(this.#options), unsettledIds: [...new Set([...known.unfinishedIds, ...actedOn()])] });
    }
    return { extent: 'whole', answer: await listSource(source, requestOf(this.#options), known.listed.all(), this.#options) };
  }
}
