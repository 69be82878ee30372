import { RateLimiter } from '../lib/rate-limiter.js';
import type { Cancel, Clock, Scheduler } from '../lib/scheduler.js';
import type { Task } from '../model/task.js';
import { alwaysLeader } from '../replication/leader-election.js';
import type { Replicas } from '../replication/replicas.js';
import type { Source } from '../sources/source.js';
import type { AuditTrail } from '../store/audit-trail.js';
import type { Store } from '../store/store.js';
import type { Caller } from './access/caller.js';
import { ActionRecorder } from './actions/action-recorder.js';
import { ActionTaskReader } from './actions/action-task-reader.js';
import { Actions } from './actions/actions.js';
import { Idempotency } from './actions/idempotency.js';
import type { ActionLimits } from './actions/limits.js';
import { reconcileInterruptedActions } from './actions/reconcile.js';
import { StoreHealth } from './actions/store-health.js';
import { PendingActions, TaskLocks } from './actions/task-lock.js';
import { Tracking } from './actions/tracking.js';
import { RefusalLog } from './audit/refusal-log.js';
import { CacheReplication } from './cache/cache-replication.js';
import { SourceCache, type SourceCacheOptions } from './cache/source-cache.js';
import type { StoredPayloads } from './cache/task-reads.js';
import { type CallerTokenLimits, CallerTokenCaches, createCrowdedSource } from './caller-tokens.js';
import { Estimates } from './history/estimates.js';
import { ForgottenTasks } from './history/forgotten-tasks.js';
import { HistoryRecorder, type RecordingMode } from './history/recorder.js';
import { TaskHistory } from './history/task-history.js';
import type { Log } from './log.js';
import { OperationContext, type OperationFactories } from './operation-context.js';
import { AuthorizedReader, type ReadSettings } from './query/authorized-reader.js';
import { ListQueries } from './query/list-queries.js';
import { NodeQueries } from './query/node-queries.js';
import { type QueryLimits, LookupBudget } from './query/operation-limits.js';
import { ResponseBudget } from './query/response-budget.js';
import { CallerSubscriptions } from './subscriptions/caller-subscriptions.js';
import { OpenSubscriptions } from './subscriptions/open-subscriptions.js';
import { type PolledCache, Poller, type PollIntervals } from './subscriptions/poller.js';

/** One configured source. */
export interface GatewaySource {
  readonly source: Source;
  readonly poll: PollIntervals;
  /**
   * Creates the source for a caller with their own token; then `source` is only a stand-in for callers without one.
   * Absent: the gateway has credentials of its own, and all callers share one cache.
   */
  readonly withToken?: (token: string) => Source;
}

interface GatewayOptions {
  /** In the order of the configuration. */
  readonly sources: readonly GatewaySource[];
  readonly store: Store;
  /** The other processes that serve the same sources; none where absent. */
  readonly replicas?: Replicas;
  readonly reads: ReadSettings;
  readonly limits: ActionLimits & QueryLimits & CallerTokenLimits;
  readonly clock: Pick<Clock, 'now' | 'scheduler' | 'random'>;
  readonly log: Log;
}

/**
 * All that outlives an operation: the caches and pollers of the sources, subscriptions, actions in progress, and the
 * store.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  /** By source name: what all callers share. */
  readonly #sharedCaches: ReadonlyMap<string, PolledCache>;
  /** By source name: what belongs to single callers. */
  readonly #callerTokenCaches: ReadonlyMap<string, CallerTokenCaches>;
  readonly #activeMs: ReadonlyMap<string, number>;
  readonly #pendingActions: PendingActions;
  readonly #locks: TaskLocks;
  readonly #actionQuota: RateLimiter;
  readonly #refusals: RefusalLog;
  readonly #idempotency: Idempotency;
  readonly #subscriptions = new OpenSubscriptions();
  readonly #recorder: HistoryRecorder;
  readonly #maintenance: Maintenance;
  readonly #estimates: Estimates;
  readonly #storeHealth: StoreHealth;
  readonly #report = (error: unknown): void => this.#options.log.internalError(error);
  /** For those who write to the store. */
  readonly #reportStore = (error: unknown): void => {
    this.#storeHealth.failed();
    this.#report(error);
  };

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { sources, store, limits, log } = options;
    const { now, scheduler } = options.clock;
    this.#storeHealth = new StoreHealth({ probe: () => store.probe(), now, scheduler });
    const report = this.#reportStore;
    this.#pendingActions = new PendingActions(now);
    this.#locks = new TaskLocks({ journal: store.actions, now, report });
    this.#actionQuota = new RateLimiter({ most: limits.actionsPerMinute, windowMs: 60_000, now });
    this.#refusals = new RefusalLog({ journal: store.actions, now, scheduler, report, log });
    this.#idempotency = new Idempotency({ store: store.idempotency, now, scheduler, report });
    this.#estimates = new Estimates(store.history, now);
    this.#activeMs = new Map(sources.map(({ source, poll }) => [source.name, poll.activeMs]));
    this.#sharedCaches = new Map(sources.map((one) => [one.source.name, this.#createSharedCache(one)]));
    this.#callerTokenCaches = new Map(sources.flatMap((one) => this.#createCallerTokenCaches(one)));
    const trackedIds = (name: string): Promise<readonly string[]> => store.tracking.readTrackedIds(name);
    this.#recorder = new HistoryRecorder({ history: store.history, trackedIds, now, scheduler, report });
    // The store never has what was read with one caller's token: other callers could read it there.
    for (const [name, { cache }] of this.#sharedCaches) if (!this.#isPerCaller(name)) this.#recorder.follow(cache);
    const caches = toCaches(this.#sharedCaches);
    this.#maintenance = new Maintenance({
      jobs: [() => store.prune([...caches.keys()]), () => reconcileInterruptedActions({ journal: store.actions, caches, now })],
      scheduler,
      report,
    });
  }

  /**
   * Starts what runs without a request: pruning the store, reconciling interrupted actions and, where history is always
   * recorded, polling every plane at the idle interval.
   */
  start({ record }: { readonly record: RecordingMode }): void {
    this.#maintenance.start();
    if (record !== 'always') return;
    for (const [name, { poller }] of this.#sharedCaches)
      if (!this.#isPerCaller(name)) this.#subscriptions.addRecording(poller.followForHistory());
  }

  /** Polls a source at once where it is polled at all: what its plane refused has changed. */
  pollNow(sourceName: string): void {
    this.#sharedCaches.get(sourceName)?.poller.pollNow();
  }

  /** Whether the store takes writes now. */
  async isStoreAvailable(): Promise<boolean> {
    return this.#storeHealth.check();
  }

  /** Milliseconds that the clock of a plane is ahead, to the second; null while it is not known. */
  clockAheadMs(sourceName: string): number | null {
    return this.#sharedCaches.get(sourceName)?.cache.source.upstream.clockAheadMs() ?? null;
  }

  /** The audit trail, for callers who may read it. */
  get audit(): AuditTrail {
    return this.#options.store.audit;
  }

  /** Milliseconds since 1970, by the clock that decides how old data is. */
  now(): number {
    return this.#options.clock.now();
  }

  /** Whether a caller reads what all callers read: they sent no token of their own for any source. */
  readsSharedCaches(caller: Caller): boolean {
    for (const name of this.#callerTokenCaches.keys()) if (caller.sourceToken?.(name) != null) return false;
    return true;
  }

  /** `arrivedAt`: when the operation arrived, in milliseconds since 1970, where it had to wait until now. */
  createOperation(caller: Caller, arrivedAt?: number): OperationContext {
    const { store, reads, limits, log, clock } = this.#options;
    const { now, scheduler } = clock;
    const report = this.#report;
    const polled = this.#cachesFor(caller);
    const caches = toCaches(polled);
    const usesCallerTokens = (sourceName: string): boolean => this.#isPerCaller(sourceName);
    const isRecorded = (sourceName: string): boolean => !this.#isPerCaller(sourceName);
    const whenRecorded = (taskIds?: readonly string[]): Promise<void> => this.#recorder.whenRecorded(taskIds);
    const forgotten = new ForgottenTasks({ history: store.history, isRecorded, whenRecorded, report });
    const executedAt = now();
    // A clock may have been set back meanwhile.
    const operationStartedAt = Math.min(arrivedAt ?? executedAt, executedAt);
    const reader = new AuthorizedReader({ caches, caller, operationStartedAt, executedAt, reads, forgotten });
    const lookupBudget = new LookupBudget(limits);
    const responseBudget = new ResponseBudget(limits);
    const restart = (): void => [reader, lookupBudget, responseBudget].forEach((part) => part.restart());
    const createActionParts = (): { tasks: ActionTaskReader; recorder: ActionRecorder } => ({
      tasks: new ActionTaskReader({
        caches,
        caller,
        forgotten,
        usesCallerTokens,
        maxAgeMs: Math.max(reads.maxAgeMs, reads.maxAgeFloorMs),
        now,
        scheduler,
      }),
      recorder: new ActionRecorder({ caller, journal: store.actions, refusals: this.#refusals, log, now, report: this.#reportStore }),
    });
    const parts: OperationFactories = {
      nodes: () => new NodeQueries(reader, lookupBudget, (task) => this.#pollAfterMs(task, polled)),
      taskLists: () => new ListQueries(reader),
      actions: () =>
        new Actions(
          {
            caller,
            ...createActionParts(),
            pendingActions: this.#pendingActions,
            locks: this.#locks,
            storeHealth: this.#storeHealth,
            report,
          },
          this.#idempotency,
          this.#actionQuota,
        ),
      tracking: () => new Tracking({ caller, ...createActionParts(), store: store.tracking, now, report: this.#reportStore }),
      subscriptions: () => new CallerSubscriptions(reader, polled, this.#subscriptions),
      history: () =>
        new TaskHistory({
          history: store.history,
          journal: store.actions,
          estimates: this.#estimates,
          whenRecorded,
          readPayload: (task) => reader.readPayload(task),
          report,
        }),
      responseBudget: () => responseBudget,
    };
    return new OperationContext(caller, parts, restart, reader);
  }

  /** Ends all subscriptions and polling, then closes sources and store. */
  async close(): Promise<void> {
    this.#subscriptions.close();
    await this.#options.replicas?.close();
    await Promise.all([
      this.#maintenance.close(),
      ...this.#options.sources.map(({ source }) => source.upstream.close()),
      ...[...this.#callerTokenCaches.values()].map((caches) => caches.close()),
    ]);
    await this.#recorder.close();
    await this.#refusals.close();
    await this.#options.store.close();
  }

  /** Whether callers read a source with their own tokens, so that nothing of it is shared or stored. */
  #isPerCaller(sourceName: string): boolean {
    return this.#callerTokenCaches.has(sourceName);
  }

  /** The caches that a caller reads, by source name: their own where the source takes their token and they sent one. */
  #cachesFor(caller: Caller): ReadonlyMap<string, PolledCache> {
    if (this.#callerTokenCaches.size === 0) return this.#sharedCaches;
    const own = [...this.#callerTokenCaches].flatMap(([name, caches]): readonly (readonly [string, PolledCache])[] => {
      const token = caller.may('read', name) ? (caller.sourceToken?.(name) ?? null) : null;
      return token === null ? [] : [[name, caches.getOrCreate(caller, token)]];
    });
    return new Map([...this.#sharedCaches, ...own]);
  }

  /** When an unfinished task is worth reading again: at its next poll, or after the active interval. */
  #pollAfterMs(task: Task, polled: ReadonlyMap<string, PolledCache>): number {
    return polled.get(task.sourceName)?.poller.nextPollInMs(task) ?? this.#activeMs.get(task.sourceName) ?? Infinity;
  }

  #createSharedCache({ source, poll, withToken }: GatewaySource): PolledCache {
    const { store, replicas, log } = this.#options;
    const storedPayloads = (taskIds: readonly string[]): ReturnType<StoredPayloads> => store.history.readPayloads(taskIds);
    return this.#createCache(source, poll, {
      onStateChange: (change) => log.sourceChanged(change),
      ...(withToken === undefined && { storedPayloads, ...(replicas && { replicas }) }),
    });
  }

  #createCallerTokenCaches({ source, poll, withToken }: GatewaySource): readonly (readonly [string, CallerTokenCaches])[] {
    if (withToken === undefined) return [];
    const { limits, clock } = this.#options;
    const { now, scheduler } = clock;
    // That one caller's token is refused is no event for the operator's log.
    const createCache = (one: Source): PolledCache => this.#createCache(one, poll, { onStateChange: () => undefined });
    const create = (token: string): PolledCache => createCache(withToken(token));
    const crowded = createCache(createCrowdedSource(source));
    return [[source.name, new CallerTokenCaches({ create, crowded, limits, now, scheduler })]];
  }

  #createCache(
    source: Source,
    poll: PollIntervals,
    { replicas, ...options }: Pick<SourceCacheOptions, 'onStateChange' | 'storedPayloads'> & { readonly replicas?: Replicas },
  ): PolledCache {
    const { store, reads, clock } = this.#options;
    const pendingActionIds = (): readonly string[] => this.#pendingActions.pendingSourceTaskIds(source.name);
    const cache = new SourceCache(source, {
      ...options,
      trackedIds: () => store.tracking.readTrackedIds(source.name),
      pendingActionIds,
      fullMs: poll.fullMs,
      // Half the deadline is slow, and so is what lists do not wait for.
      slowMs: Math.min(source.timeoutMs / 2, reads.waitMs === 0 ? Infinity : reads.waitMs),
      now: clock.now,
      scheduler: clock.scheduler,
      report: this.#report,
    });
    const election = replicas === undefined ? alwaysLeader : new CacheReplication(cache, replicas);
    const isActing = (): boolean => pendingActionIds().length > 0;
    return { cache, poller: new Poller({ cache, poll, reads, clock, isActing, election }) };
  }
}

function toCaches(polled: ReadonlyMap<string, PolledCache>): ReadonlyMap<string, SourceCache> {
  return new Map([...polled].map(([name, { cache }]) => [name, cache]));
}

const maintenanceIntervalMs = 3_600_000;

interface MaintenanceOptions {
  /** Run one after another; one that fails does not keep the others from running. */
  readonly jobs: readonly (() => Promise<void>)[];
  readonly scheduler: Scheduler;
  /** Errors of the jobs, for the log. */
  readonly report: (error: unknown) => void;
}

/** Runs jobs at once, and every hour from then on. */
class Maintenance {
  readonly #options: MaintenanceOptions;
  #cancelTimer: Cancel = () => undefined;
  #isClosed = false;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#inFlight = this.#runJobs();
  }

  /** Resolves when jobs that have begun are done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await this.#inFlight;
  }

  async #runJobs(): Promise<void> {
    for (const job of this.#options.jobs) {
      try {
        await job();
      } catch (error) {
        this.#options.report(error);
      }
    }
    if (!this.#isClosed) this.#cancelTimer = this.#options.scheduler.after(maintenanceIntervalMs, () => this.start());
  }
}
