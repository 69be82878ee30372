import { RateLimiter } from '../lib/rate-limiter.js';
import type { Scheduler } from '../lib/scheduler.js';
import type { Replicas } from '../replication/replicas.js';
import type { Source } from '../sources/source.js';
import type { AuditTrail } from '../store/audit-trail.js';
import type { Store } from '../store/store.js';
import type { Caller } from './access/caller.js';
import { ActionRecorder } from './actions/action-recorder.js';
import { ActionTaskReader } from './actions/action-task-reader.js';
import { Actions } from './actions/actions.js';
import { Idempotency } from './actions/idempotency.js';
import { reconcileInterruptedActions } from './actions/reconcile.js';
import { PendingActions, TaskLocks } from './actions/task-lock.js';
import { Tracking } from './actions/tracking.js';
import { RefusalLog } from './audit/refusal-log.js';
import { CacheReplication } from './cache/cache-replication.js';
import { SourceCache } from './cache/source-cache.js';
import { CallerTokenCaches } from './caller-tokens.js';
import { Estimates } from './history/estimates.js';
import { ForgottenTasks } from './history/forgotten-tasks.js';
import { HistoryRecorder, type RecordingMode } from './history/recorder.js';
import { TaskHistory } from './history/task-history.js';
import type { Log } from './log.js';
import { Maintenance } from './maintenance.js';
import { OperationContext } from './operation-context.js';
import { AuthorizedReader, type ReadAges } from './query/authorized-reader.js';
import { ListQueries } from './query/list-queries.js';
import { NodeQueries } from './query/node-queries.js';
import { type GatewayLimits, TaskLookupBudget } from './query/operation-limits.js';
import { ResponseBudget } from './query/response-budget.js';
import { CallerSubscriptions } from './subscriptions/caller-subscriptions.js';
import { OpenSubscriptions } from './subscriptions/open-subscriptions.js';
import { type PolledCache, Poller, type PollIntervals } from './subscriptions/poller.js';

/** One configured source, and how often it is asked while anybody watches. */
export interface GatewaySource {
  readonly source: Source;
  readonly poll: PollIntervals;
  /** The same for a caller with their own token; absent: the gateway has credentials of its own, and all callers share what they bring. */
  readonly withToken?: (token: string) => Source;
}

export interface GatewayOptions {
  /** In the order of the configuration. */
  readonly sources: readonly GatewaySource[];
  readonly store: Store;
  /** The other processes that serve the same site; none where absent. */
  readonly replicas?: Replicas;
  readonly reads: ReadAges;
  readonly limits: GatewayLimits;
  /** Milliseconds since 1970, as Date.now. */
  readonly now: () => number;
  /** What polls by. */
  readonly scheduler: Scheduler;
  /** From 0 to 1, as Math.random; spreads the polls. */
  readonly random: () => number;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  /** How sources answer, and what became of actions. */
  readonly log: Log;
}

/** All that outlives an operation: what is known of every source, who watches it, actions under way, and the store. */
export class Gateway {
  readonly #options: GatewayOptions;
  /** What all callers see alike, by source name. */
  readonly #shared: ReadonlyMap<string, PolledCache>;
  /** What each caller sees with a token of their own, by source name. */
  readonly #callerTokenCaches = new Map<string, CallerTokenCaches>();
  readonly #caches: ReadonlyMap<string, SourceCache>;
  readonly #pendingActions: PendingActions;
  readonly #locks: TaskLocks;
  readonly #actionQuota: RateLimiter;
  readonly #refusals: RefusalLog;
  readonly #idempotency: Idempotency;
  readonly #watches = new OpenSubscriptions();
  readonly #recorder: HistoryRecorder;
  readonly #maintenance: Maintenance;
  readonly #estimates: Estimates;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { sources, store, replicas, now, scheduler, report, log } = options;
    this.#shared = new Map(
      sources.map(({ source, poll, withToken }) => [
        source.name,
        // Processes tell each other nothing that one caller's token brought.
        this.#createCache(source, poll, log, withToken === undefined ? replicas : undefined),
      ]),
    );
    for (const { source, poll, withToken } of sources) {
      if (withToken === undefined) continue;
      // How a caller's own token does is for that caller to know, and not for the log.
      const create = (token: string): PolledCache => this.#createCache(withToken(token), poll, { ...log, sourceChanged: () => undefined });
      this.#callerTokenCaches.set(source.name, new CallerTokenCaches({ create, now, scheduler }));
    }
    this.#caches = new Map([...this.#shared].map(([name, { cache }]) => [name, cache]));
    this.#recorder = new HistoryRecorder({
      history: store.history,
      trackedIds: (name) => store.tracking.trackedIds(name),
      now,
      scheduler,
      report,
    });
    // What one caller's token brought is kept for nobody.
    for (const [name, cache] of this.#caches) if (!this.#callerTokenCaches.has(name)) this.#recorder.follow(cache);
    this.#pendingActions = new PendingActions(now);
    this.#locks = new TaskLocks({ journal: store.actions, now, report });
    this.#actionQuota = new RateLimiter({ most: options.limits.actionsPerMinute, windowMs: 60_000, now });
    this.#refusals = new RefusalLog({ journal: store.actions, now, scheduler, report, log });
    this.#idempotency = new Idempotency({ store: store.idempotency, now, scheduler, report });
    this.#estimates = new Estimates(store.history, now);
    this.#maintenance = new Maintenance({
      jobs: [
        () => store.prune([...this.#caches.keys()]),
        () => reconcileInterruptedActions({ journal: store.actions, caches: this.#caches, now }),
      ],
      scheduler,
      report,
    });
  }

  /**
   * Begins what goes on without anybody asking: to throw away what is too old, to find out what became of actions that were cut off,
   * and, where it is to be recorded always, to look at every plane now and then.
   */
  start({ record }: { readonly record: RecordingMode }): void {
    this.#maintenance.start();
    if (record !== 'always') return;
    const kept = [...this.#shared].filter(([name]) => !this.#callerTokenCaches.has(name));
    this.#watches.record(kept.map(([, { poller }]) => poller));
  }

  /** What is written down of every action, for those who may read it. */
  get audit(): AuditTrail {
    return this.#options.store.audit;
  }

  createOperation(caller: Caller): OperationContext {
    const { store, now, scheduler, report, log, reads, sources, limits } = this.#options;
    const activeMs = new Map(sources.map(({ source, poll }) => [source.name, poll.activeMs]));
    const maxAgeMs = Math.max(reads.maxAgeMs, reads.minAgeMs);
    const polled = this.#polledFor(caller);
    const caches = new Map([...polled].map(([name, { cache }]) => [name, cache]));
    const settled = (): Promise<void> => this.#recorder.whenRecorded();
    const isKept = (sourceName: string): boolean => !this.#callerTokenCaches.has(sourceName);
    const forgotten = new ForgottenTasks({ history: store.history, isRecorded: isKept, whenRecorded: settled, report });
    const reader = new AuthorizedReader({ caches, caller, since: now(), reads, forgotten });
    const usesCallerTokens = (sourceName: string): boolean => this.#callerTokenCaches.has(sourceName);
    const tasks = new ActionTaskReader({ caches, caller, forgotten, usesCallerTokens, maxAgeMs, now, scheduler });
    const recorder = new ActionRecorder({ caller, journal: store.actions, refusals: this.#refusals, log, now, report });
    const context = { caller, tasks, recorder, pendingActions: this.#pendingActions, locks: this.#locks, report };
    return {
      caller,
      tasks: new NodeQueries(
        reader,
        new TaskLookupBudget(limits.tasksById),
        (task) => polled.get(task.sourceName)?.poller.nextPollInMs(task) ?? activeMs.get(task.sourceName) ?? Infinity,
      ),
      lists: new ListQueries(reader),
      actions: new Actions(context, this.#idempotency, this.#actionQuota),
      tracking: new Tracking({ caller, tasks, recorder, store: store.tracking, now, report }),
      subscriptions: new CallerSubscriptions(reader, polled, this.#watches),
      history: new TaskHistory({
        history: store.history,
        journal: store.actions,
        estimates: this.#estimates,
        whenRecorded: settled,
        readPayload: (task) => reader.readPayload(task),
        report,
      }),
      responseBudget: new ResponseBudget(limits),
    };
  }

  /** Ends everything that watches, then closes sources and store. */
  async close(): Promise<void> {
    this.#watches.close();
    await this.#options.replicas?.close();
    await Promise.all([
      this.#maintenance.close(),
      ...this.#options.sources.map(({ source }) => source.close()),
      ...[...this.#callerTokenCaches.values()].map((caches) => caches.close()),
    ]);
    await this.#recorder.close();
    await this.#refusals.close();
    await this.#options.store.close();
  }

  /** What a caller sees of each source: with their own token where the source takes those and they sent one. */
  #polledFor(caller: Caller): ReadonlyMap<string, PolledCache> {
    if (this.#callerTokenCaches.size === 0) return this.#shared;
    const own = [...this.#callerTokenCaches].flatMap(([name, caches]): readonly (readonly [string, PolledCache])[] => {
      const token = caller.may('read', name) ? (caller.sourceToken?.(name) ?? null) : null;
      return token === null ? [] : [[name, caches.getOrCreate(caller, token)]];
    });
    return new Map([...this.#shared, ...own]);
  }

  #createCache(source: Source, poll: PollIntervals, log: Log, replicas?: Replicas): PolledCache {
    const { store, reads, now, scheduler, random, report } = this.#options;
    const pendingActionIds = (): readonly string[] => this.#pendingActions.pendingSourceTaskIds(source.name);
    const trackedIds = (): Promise<readonly string[]> => store.tracking.trackedIds(source.name);
    // Of what one caller's token brought, nothing is kept that could be looked up.
    const kept = this.#callerTokenCaches.has(source.name)
      ? {}
      : { storedPayloads: (taskIds: readonly string[]) => store.history.payloads(taskIds) };
    const cache = new SourceCache(source, {
      trackedIds,
      ...kept,
      pendingActionIds,
      fullMs: poll.fullMs,
      now,
      onStateChange: (change) => log.sourceChanged(change),
      report,
    });
    const isActing = (): boolean => pendingActionIds().length > 0;
    return {
      cache,
      poller: new Poller({
        cache,
        poll,
        reads,
        now,
        scheduler,
        random,
        isActing,
        ...(replicas && { turn: new CacheReplication(cache, replicas) }),
      }),
    };
  }
}
