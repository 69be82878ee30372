import { ActionGuard } from './act/action-guard.js';
import { Actions } from './act/actions.js';
import { Idempotency } from './act/idempotency.js';
import type { ActionRoom } from './act/action-room.js';
import { RateLimiter } from './act/rate-limiter.js';
import { Refusals } from './act/refusals.js';
import { settleActions } from './act/settle-actions.js';
import { Tracking } from './act/tracking.js';
import type { AuditTrail } from './audit/audit-trail.js';
import type { Caller } from './caller.js';
import { Estimates } from './history/estimates.js';
import { ForgottenTasks } from './history/forgotten-tasks.js';
import { Housekeeping } from './history/housekeeping.js';
import { Recorder } from './history/recorder.js';
import { TaskHistory } from './history/task-history.js';
import type { Ledger } from './ledger.js';
import type { Log } from './log.js';
import { OwnViews } from './passthrough/own-views.js';
import { AnswerSize } from './read/answer-size.js';
import { OperationCost } from './read/operation-cost.js';
import { mostRawKb, mostTasksById, mostValues } from './read/operation-weights.js';
import { Reader } from './read/reader.js';
import { TaskLists } from './read/task-lists.js';
import { Tasks } from './read/tasks.js';
import { View } from './read/view/view.js';
import type { Replicas } from './replica/replicas.js';
import { Sharing } from './replica/sharing.js';
import { SourceHealth } from './source/source-health.js';
import type { Source } from './source/source.js';
import type { PollIntervals } from './watch/poll-intervals.js';
import type { PolledView } from './watch/polled-view.js';
import { Poller } from './watch/poller.js';
import type { Scheduler } from './watch/scheduler.js';
import { Watches } from './watch/watches.js';
import { Watching } from './watch/watching.js';

/** One configured source, and how often it is asked while anybody watches. */
export interface ConfiguredSource {
  readonly source: Source;
  readonly poll: PollIntervals;
  /** The same for a caller with their own token; absent: the gateway has credentials of its own, and all callers share what they bring. */
  readonly withToken?: (token: string) => Source;
}

export interface GatewayOptions {
  /** In the order of the configuration. */
  readonly sources: readonly ConfiguredSource[];
  readonly ledger: Ledger;
  /** The other processes that serve the same site; none where absent. */
  readonly replicas?: Replicas;
  /** Milliseconds; see the configuration's `reads`. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** Retries and cancels of one caller in a minute; 0 is no limit. */
  readonly actionsPerMinute: number;
  /** Tasks that one operation may ask for by their ids; 0 is no limit, absent the usual one. */
  readonly tasksById?: number;
  /** Values of lists in the answer to one operation; 0 is no limit, absent the usual one. */
  readonly values?: number;
  /** KiB of what planes sent, in the answer to one operation; 0 is no limit, absent the usual one. */
  readonly rawKb?: number;
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

/** What resolvers work with: reading, acting and watching for one caller, one operation long. */
export interface Operation {
  readonly caller: Caller;
  readonly tasks: Tasks;
  readonly lists: TaskLists;
  readonly actions: Actions;
  readonly tracking: Tracking;
  readonly watching: Watching;
  readonly history: TaskHistory;
  readonly answer: AnswerSize;
}

/** All that outlives an operation: what is known of every source, who watches it, actions under way, and the ledger. */
export class Gateway {
  readonly #options: GatewayOptions;
  /** What all callers see alike, by source name. */
  readonly #shared: ReadonlyMap<string, PolledView>;
  /** What each caller sees with a token of their own, by source name. */
  readonly #own = new Map<string, OwnViews>();
  readonly #views: ReadonlyMap<string, View>;
  readonly #guard: ActionGuard;
  readonly #allowance: RateLimiter;
  readonly #refusals: Refusals;
  readonly #idempotency: Idempotency;
  readonly #watches = new Watches();
  readonly #recorder: Recorder;
  readonly #housekeeping: Housekeeping;
  readonly #estimates: Estimates;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { sources, ledger, replicas, now, scheduler, report, log } = options;
    this.#shared = new Map(
      sources.map(({ source, poll, withToken }) => [
        source.name,
        // Processes tell each other nothing that one caller's token brought.
        this.#see(source, poll, log, withToken === undefined ? replicas : undefined),
      ]),
    );
    for (const { source, poll, withToken } of sources) {
      if (withToken === undefined) continue;
      // How a caller's own token does is for that caller to know, and not for the log.
      const create = (token: string): PolledView => this.#see(withToken(token), poll, { ...log, sourceChanged: () => undefined });
      this.#own.set(source.name, new OwnViews({ create, now, scheduler }));
    }
    this.#views = new Map([...this.#shared].map(([name, { view }]) => [name, view]));
    this.#recorder = new Recorder({ history: ledger.history, trackedIds: (name) => ledger.trackedIds(name), now, scheduler, report });
    // What one caller's token brought is kept for nobody.
    for (const [name, view] of this.#views) if (!this.#own.has(name)) this.#recorder.follow(view);
    this.#guard = new ActionGuard(now);
    this.#allowance = new RateLimiter({ most: options.actionsPerMinute, windowMs: 60_000, now });
    this.#refusals = new Refusals({ ledger, now, scheduler, report, log });
    this.#idempotency = new Idempotency({ ledger, now, report });
    this.#estimates = new Estimates(ledger.history, now);
    this.#housekeeping = new Housekeeping({
      chores: [() => ledger.prune([...this.#views.keys()]), () => settleActions({ ledger, views: this.#views, now })],
      scheduler,
      report,
    });
  }

  /**
   * Begins what goes on without anybody asking: to throw away what is too old, to find out what became of actions that were cut off,
   * and, where it is to be recorded always, to look at every plane now and then.
   */
  start({ record }: { readonly record: 'always' | 'watched' }): void {
    this.#housekeeping.start();
    if (record !== 'always') return;
    const kept = [...this.#shared].filter(([name]) => !this.#own.has(name));
    this.#watches.record(kept.map(([, { poller }]) => poller));
  }

  /** What is written down of every action, for those who may read it. */
  get audit(): AuditTrail {
    return this.#options.ledger.audit;
  }

  operation(caller: Caller): Operation {
    const { ledger, now, report, log, reads, sources, values = mostValues, rawKb = mostRawKb } = this.#options;
    const activeMs = new Map(sources.map(({ source, poll }) => [source.name, poll.activeMs]));
    const maxAgeMs = Math.max(reads.maxAgeMs, reads.minAgeMs);
    const polled = this.#polledFor(caller);
    const views = new Map([...polled].map(([name, { view }]) => [name, view]));
    const settled = (): Promise<void> => this.#recorder.settled();
    const isKept = (sourceName: string): boolean => !this.#own.has(sourceName);
    const forgotten = new ForgottenTasks({ history: ledger.history, isKept, settled, report });
    const answer = new AnswerSize({ values, rawKb });
    const reader = new Reader({ views, caller, since: now(), reads, forgotten });
    const room: ActionRoom = {
      views,
      caller,
      ledger,
      guard: this.#guard,
      allowance: this.#allowance,
      refusals: this.#refusals,
      forgotten,
      takesOwnTokens: (sourceName) => this.#own.has(sourceName),
      now,
      maxAgeMs,
      report,
      log,
    };
    return {
      caller,
      tasks: new Tasks(
        reader,
        new OperationCost(this.#options.tasksById ?? mostTasksById),
        (task) => polled.get(task.sourceName)?.poller.nextAfterMs(task) ?? activeMs.get(task.sourceName) ?? Infinity,
      ),
      lists: new TaskLists(reader),
      actions: new Actions(room, this.#idempotency),
      tracking: new Tracking(room),
      watching: new Watching(reader, polled, this.#watches),
      history: new TaskHistory({
        ledger,
        estimates: this.#estimates,
        settled,
        payloadOf: (task) => reader.payloadOf(task),
        answer,
        report,
      }),
      answer,
    };
  }

  /** Ends everything that watches, then closes sources and ledger. */
  async close(): Promise<void> {
    this.#watches.close();
    await this.#options.replicas?.close();
    await Promise.all([
      this.#housekeeping.close(),
      ...this.#options.sources.map(({ source }) => source.close()),
      ...[...this.#own.values()].map((views) => views.close()),
    ]);
    await this.#recorder.close();
    await this.#refusals.close();
    await this.#options.ledger.close();
  }

  /** What a caller sees of each source: with their own token where the source takes those and they sent one. */
  #polledFor(caller: Caller): ReadonlyMap<string, PolledView> {
    if (this.#own.size === 0) return this.#shared;
    const own = [...this.#own].flatMap(([name, views]): readonly (readonly [string, PolledView])[] => {
      const token = caller.may('read', name) ? (caller.sourceToken?.(name) ?? null) : null;
      return token === null ? [] : [[name, views.of(caller, token)]];
    });
    return new Map([...this.#shared, ...own]);
  }

  #see(source: Source, poll: PollIntervals, log: Log, replicas?: Replicas): PolledView {
    const { ledger, reads, now, scheduler, random, report } = this.#options;
    const health = new SourceHealth({
      sourceName: source.name,
      timeoutMs: source.timeoutMs,
      circuit: () => source.circuit?.() ?? 'CLOSED',
      notAskedForMs: () => source.notAskedForMs?.() ?? 0,
      log,
      report,
    });
    const actedOn = (): readonly string[] => this.#guard.actedOn(source.name);
    const trackedIds = (): Promise<readonly string[]> => ledger.trackedIds(source.name);
    // Of what one caller's token brought, nothing is kept that could be looked up.
    const kept = this.#own.has(source.name) ? {} : { keptPayloads: (taskIds: readonly string[]) => ledger.history.payloads(taskIds) };
    const view = new View({ source, health, trackedIds, ...kept, actedOn, fullMs: poll.fullMs, now, report });
    const isActing = (): boolean => actedOn().length > 0;
    return {
      view,
      poller: new Poller({ view, poll, reads, now, scheduler, random, isActing, ...(replicas && { turn: new Sharing(view, replicas) }) }),
    };
  }
}
