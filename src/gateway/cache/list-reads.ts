import { setImmediate } from 'node:timers/promises';

import { isDoneWithin } from '../../lib/scheduler.js';
import { createOtherProblem, SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { ListResponse, ReadRequest, RefreshResponse } from '../../sources/source.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import { type Freshness, isFresh } from './freshness.js';

interface ListReadsOptions {
  /** Ids that are tracked for a plane that cannot list. */
  readonly trackedIds: () => Promise<readonly string[]>;
  /** Ids of tasks with an action whose effect has not been seen yet. */
  readonly pendingActionIds: () => readonly string[];
  /** The complete list is read at least this often, in milliseconds; in between, a delta is enough. */
  readonly fullMs: number;
  /**
   * Called after each read, also a failed one. `isExhaustive`: a task that is not in the list is not at the plane
   * either.
   */
  readonly onListRead: (isExhaustive: boolean) => void;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** What was read: every task, or only what can have changed since the last complete list. */
type ListScope = 'complete' | 'delta';

/** One read of the list, shared by all who need it at the same time. */
export interface ListRead {
  /** When it was sent; infinite before, so that it serves every operation that comes until then. */
  requestedAt: number;
  readonly scope: ListScope;
  /** Null while the request is in flight. */
  outcome: ListOutcome | null;
  /** The same; it never rejects. */
  readonly done: Promise<ListOutcome>;
}

/** How a read of the list ended. */
export type ListOutcome = SuccessfulList | FailedList;

export interface SuccessfulList {
  readonly kind: 'succeeded';
  /**
   * What came, which is not always what was asked for: a source may answer a request for a delta with the complete
   * list.
   */
  readonly scope: ListScope;
  readonly requestedAt: number;
  readonly observedAt: number;
  readonly latencyMs: number;
  /** Without its tasks: they are in the cache. */
  readonly response: ListResponse;
}

interface FailedList {
  readonly kind: 'failed';
  readonly observedAt: number;
  readonly error: SourceProblemError;
}

/** Who waits for a read has waited long enough, and the read goes on. */
export interface OverdueList {
  readonly kind: 'overdue';
  readonly error: SourceProblemError;
}

/** Reads the list of one source: single-flight, complete or as a delta. */
export class ListReads {
  readonly #context: CacheContext;
  readonly #options: ListReadsOptions;
  #latest: ListRead | null = null;
  #lastSuccessful: { readonly read: ListRead; readonly list: SuccessfulList } | null = null;
  /** When the last complete list was requested. */
  #completeAt = -Infinity;

  constructor(context: CacheContext, options: ListReadsOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The newest list, or delta, that the plane gave. */
  get lastSuccessful(): SuccessfulList | null {
    return this.#lastSuccessful?.list ?? null;
  }

  /** The last read of the list where it is fresh enough, else a new request, for the complete list or a delta. */
  reuseOrRead(freshness: Freshness): ListRead {
    return this.#usable(freshness) ?? this.#start(this.#nextScope());
  }

  /** The same, but never a delta: it may start a request for the complete list. */
  reuseOrReadComplete(freshness: Freshness): ListRead {
    const latest = this.#usable(freshness);
    const scope = latest?.outcome?.kind === 'succeeded' ? latest.outcome.scope : latest?.scope;
    return latest !== null && scope === 'complete' ? latest : this.#start('complete');
  }

  /** How the last read ended, where it is fresh enough; null: there is none, or it is in flight. */
  outcome(freshness: Freshness): ListOutcome | null {
    return this.#usable(freshness)?.outcome ?? null;
  }

  /** A read in flight that is fresh enough; null: there is none. */
  inFlight(freshness: Freshness): ListRead | null {
    const latest = this.#usable(freshness);
    return latest?.outcome === null ? latest : null;
  }

  /** How a read ends; after `waitMs` milliseconds, that it is overdue. The read goes on in both cases. */
  async outcomeWithin(read: ListRead, waitMs: number): Promise<ListOutcome | OverdueList> {
    if (read.outcome === null && waitMs > 0) await isDoneWithin(waitMs, read.done, this.#context.scheduler);
    return read.outcome ?? { kind: 'overdue', error: createOverdueError() };
  }

  /** Whether a task that is not cached is not at the plane either. */
  knowsAllTasks(freshness: Freshness): boolean {
    const outcome = this.outcome(freshness);
    return outcome?.kind === 'succeeded' && isExhaustive(outcome.response);
  }

  /**
   * The last read, where it will do. A failure will do for operations that started before it ended, so that each of
   * them waits for one failure only; those that start later try again, whatever age they allow. While a read is in
   * flight, for an operation that wants newer data, the one before will do for operations that do not.
   */
  #usable(freshness: Freshness): ListRead | null {
    const latest = this.#latest;
    if (latest === null) return null;
    const { requestedAt, outcome } = latest;
    const before = this.#lastSuccessful;
    if (outcome === null && before !== null && this.#context.health.failure === null && isFresh(freshness, before.list)) return before.read;
    if (outcome?.kind === 'failed' && outcome.observedAt < freshness.operationStartedAt) return null;
    return isFresh(freshness, { requestedAt, observedAt: outcome?.observedAt ?? null }) ? latest : null;
  }

  #nextScope(): ListScope {
    const { source, now } = this.#context;
    return source.refresh !== undefined && now() - this.#completeAt < this.#options.fullMs ? 'delta' : 'complete';
  }

  #start(scope: ListScope): ListRead {
    const started = { requestedAt: Infinity, scope, outcome: null };
    // In the next turn of the event loop, so that it serves all operations that came together with this one.
    const read: ListRead = Object.assign(started, { done: setImmediate().then(() => this.#run(read)) });
    this.#latest = read;
    return read;
  }

  async #run(read: ListRead): Promise<ListOutcome> {
    const outcome = await this.#readAndApply(read);
    read.outcome = outcome;
    if (outcome.kind === 'succeeded') this.#lastSuccessful = { read, list: outcome };
    await this.#context.notifyInSlices();
    this.#options.onListRead(outcome.kind === 'succeeded' && outcome.scope === 'complete' && isExhaustive(outcome.response));
    return outcome;
  }

  async #readAndApply(read: ListRead): Promise<ListOutcome> {
    const { health, tasks, now } = this.#context;
    const { scope } = read;
    const requestedAt = now();
    read.requestedAt = requestedAt;
    // Latency is real time, also where a test moves `now`.
    const startedAt = performance.now();
    const request = createReadRequest(this.#context);
    const isOver = (): boolean => request.signal.aborted;
    try {
      const sent = await this.#request(scope, request);
      const [observedAt, latencyMs] = [now(), Math.round(performance.now() - startedAt)];
      const isApplied =
        sent.kind === 'delta'
          ? await tasks.applyDelta(sent, requestedAt, observedAt, isOver)
          : await tasks.applyList(sent.list, requestedAt, observedAt, isOver);
      const list = isApplied ? sent.list : { ...sent.list, isComplete: false, problem: sent.list.problem ?? createLateProblem() };
      // After a part of it, the next read must be of the whole list: a delta would never bring the rest.
      if (!isApplied) this.#completeAt = -Infinity;
      else if (sent.kind === 'complete') this.#completeAt = requestedAt;
      health.succeeded(observedAt, latencyMs, list.problem);
      return { kind: 'succeeded', scope: sent.kind, requestedAt, observedAt, latencyMs, response: { ...list, tasks: [] } };
    } catch (error) {
      return { kind: 'failed', observedAt: now(), error: health.failed(error) };
    }
  }

  async #request(scope: ListScope, request: ReadRequest): Promise<RefreshResponse> {
    const { source, tasks } = this.#context;
    if (scope === 'delta' && source.refresh !== undefined) {
      return source.refresh({ ...request, idsToRecheck: [...new Set([...tasks.unfinishedIds, ...this.#options.pendingActionIds()])] });
    }
    const list = source.capabilities.list ? await source.list({ ...request, trackedIds: [] }) : await this.#requestTracked(request);
    return { kind: 'complete', list };
  }

  /**
   * When the store cannot give the tracked ids, those in the cache are read, and the response is not complete and has a
   * problem.
   */
  async #requestTracked(request: ReadRequest): Promise<ListResponse> {
    const { source, tasks } = this.#context;
    let trackedIds: readonly string[];
    try {
      trackedIds = await this.#options.trackedIds();
    } catch (error) {
      this.#options.report(error);
      const cachedIds = tasks.listed.all().map((task) => task.sourceTaskId);
      const answer = await source.list({ ...request, trackedIds: cachedIds });
      const problem = createOtherProblem('The gateway cannot read its store now: tasks that are tracked may be missing.');
      return { ...answer, isComplete: false, problem: answer.problem ?? problem };
    }
    return source.list({ ...request, trackedIds });
  }
}

/** Why a list has nothing new of a plane that is still being read. */
export function createOverdueError(): SourceProblemError {
  return new SourceProblemError('TIMEOUT', 'The plane has not answered yet. The list did not wait any longer; the read goes on.');
}

/** Why a list that came is not complete: its deadline was over before all of it was translated. */
function createLateProblem(): TaskSourceProblem {
  return new SourceProblemError('TIMEOUT', 'The answer of the plane is longer than the gateway can read in time. The next read goes on.')
    .problem;
}

/** Whether a task that a list does not have, and that was not cached before its delta, is not at the plane either. */
export function isExhaustive({ isComplete, malformedCount }: ListResponse): boolean {
  return isComplete && malformedCount === 0;
}
