import type { Cancel, Clock } from '../../lib/scheduler.js';
import type { Task } from '../../model/task.js';
import type { LeaderElection, SubscriptionInterest } from '../../replication/leader-election.js';
import type { Freshness } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { ReadSettings } from '../query/authorized-reader.js';
import { SubscriberInterest } from './subscriber-interest.js';

interface PollerOptions {
  readonly cache: SourceCache;
  readonly poll: PollIntervals;
  readonly reads: Pick<ReadSettings, 'maxAgeMs' | 'maxAgeFloorMs'>;
  readonly clock: Pick<Clock, 'now' | 'scheduler' | 'random'>;
  /** Whether the effect of an action on a task of the source has not been seen yet. */
  readonly isActing: () => boolean;
  /** Which of several replicas polls. */
  readonly election: LeaderElection;
}

type PollerPhase =
  | { readonly kind: 'stopped' }
  /** Something is followed, and another replica polls. */
  | { readonly kind: 'following' }
  | { readonly kind: 'waiting'; readonly since: number; readonly jitter: number; readonly dueAt: number; readonly cancel: Cancel }
  | { readonly kind: 'polling'; readonly jitter: number };

const stopped: PollerPhase = { kind: 'stopped' };
const following: PollerPhase = { kind: 'following' };

/**
 * The limit of the exponential backoff after failures, in milliseconds. A circuit breaker stays open at most this long,
 * so a plane that is read by nobody else is found again just as soon.
 */
const maxBackoffMs = 60_000;

/**
 * The pause after refused credentials while nobody watches, in milliseconds: it doubles with each refusal, up to the maximum.
 * Repeated bad log-ins lock accounts, and rules of directories commonly count five of them within half an hour: at most four
 * fit into it.
 */
const minRefusedPauseMs = 300_000;
const maxRefusedPauseMs = 900_000;

/**
 * Polls one plane while a subscriber follows its tasks or its health: once for all subscribers, who learn of changes through
 * the cache. Of several replicas the leader polls for all; the others receive what it reads.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #election: LeaderElection;
  readonly #interest = new SubscriberInterest();
  #isLeader = false;
  #phase: PollerPhase = stopped;
  #failures = 0;
  /** How many of the last failures, in a row, were refused credentials. */
  #refusals = 0;
  /** The plane asked for no request before this time. */
  #notBefore = -Infinity;
  /** For recording alone, the list is not read again before this time. */
  #listDueAt = -Infinity;
  #unlisten: () => void = () => undefined;
  /** Whether to poll again as soon as the poll under way has ended. */
  #isPollDue = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#election = options.election;
    this.#election.listen({
      interest: () => this.#interest.local,
      leadershipChanged: (isLeader) => this.#setLeader(isLeader),
      remoteInterestChanged: (interest) => this.#setRemoteInterest(interest),
    });
  }

  /** Follows one task, which has just been read, until the returned function is called. */
  followTask(sourceTaskId: string): () => void {
    this.#interest.followTask(sourceTaskId);
    this.#election.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#wait(this.#options.clock.now(), this.#createJitter()));
    else this.#reconsider();
    return once(() => {
      this.#interest.unfollowTask(sourceTaskId);
      this.#stopWhenUnused();
    });
  }

  /** Follows the tasks of the list. */
  followTasks(): () => void {
    this.#interest.followTasks();
    const unfollow = this.followHealth();
    this.#reconsider();
    return once(() => {
      this.#interest.unfollowTasks();
      unfollow();
    });
  }

  /** Follows the health of the source alone. */
  followHealth(): () => void {
    const isFirst = !this.#interest.hasList;
    this.#interest.followList();
    this.#election.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#pollSoon());
    else if (isFirst) this.#pollSoon();
    return once(() => {
      this.#interest.unfollowList();
      this.#stopWhenUnused();
    });
  }

  /** Polls the list for the history, at the idle interval, until the returned function is called. */
  followForHistory(): () => void {
    this.#interest.startRecording();
    this.#election.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#pollSoon());
    return once(() => {
      this.#interest.stopRecording();
      this.#stopWhenUnused();
    });
  }

  /** Milliseconds until a task is polled again; null when nobody follows it here. */
  nextPollInMs({ sourceTaskId }: Pick<Task, 'sourceTaskId'>): number | null {
    if (!this.#interest.hasLocalSubscriber(sourceTaskId)) return null;
    if (this.#phase.kind === 'stopped') return null;
    if (this.#phase.kind === 'following') return this.#intervalMs(1);
    if (this.#phase.kind === 'polling') return this.#intervalMs(this.#phase.jitter);
    return Math.max(0, this.#phase.dueAt - this.#options.clock.now());
  }

  /** The age in milliseconds that a cached task may have because it is polled anyway; 0 when it is not. */
  freshForMs(sourceTaskId: string): number {
    return this.#interest.hasLocalSubscriber(sourceTaskId) && this.#failures === 0 ? this.#options.poll.activeMs : 0;
  }

  /** Polls anew, whatever the pause after a failure: the reason for the failure may be gone. */
  pollNow(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#notBefore = -Infinity;
    if (this.#phase.kind === 'polling') this.#isPollDue = true;
    else if (this.#phase.kind === 'waiting') void this.#poll(0);
  }

  #start(begin: () => void): void {
    this.#unlisten = this.#options.cache.changes.listen({ onRead: () => this.#reconsider() });
    if (this.#isLeader) begin();
    else this.#phase = following;
  }

  #setLeader(isLeader: boolean): void {
    this.#isLeader = isLeader;
    if (isLeader && this.#phase.kind === 'following') return this.#pollSoon();
    if (isLeader || this.#phase.kind === 'stopped') return;
    this.#cancelWait();
    this.#phase = following;
  }

  /** The leader polls what is followed on other replicas as if it were followed here. */
  #setRemoteInterest(interest: SubscriptionInterest): void {
    const isFirst = interest.list && !this.#interest.hasList;
    this.#interest.setRemote(interest);
    if (isFirst && this.#phase.kind === 'waiting') this.#pollSoon();
    else this.#reconsider();
  }

  #stopWhenUnused(): void {
    this.#election.interestChanged();
    if (!this.#interest.isEmpty || this.#phase.kind === 'stopped') return;
    this.#cancelWait();
    this.#phase = stopped;
    this.#unlisten();
  }

  /** Polls at once, or as soon as the plane allows. */
  #pollSoon(): void {
    if (!this.#isLeader) return;
    const now = this.#options.clock.now();
    if (now >= this.#notBefore) void this.#poll();
    else this.#wait(now, this.#createJitter());
  }

  /** @param maxAgeMs how old data may be that is not read again; the default lets queries spare the poll. */
  async #poll(maxAgeMs?: number): Promise<void> {
    this.#cancelWait();
    const phase: PollerPhase = { kind: 'polling', jitter: this.#createJitter() };
    this.#phase = phase;
    await this.#read(maxAgeMs);
    if (this.#phase !== phase) return;
    const [{ failure }, now] = [this.#options.cache, this.#options.clock.now()];
    this.#failures = failure === null ? 0 : this.#failures + 1;
    this.#refusals = failure?.isCredentialRefusal === true ? this.#refusals + 1 : 0;
    this.#notBefore = failure?.retryAfterMs == null ? -Infinity : now + failure.retryAfterMs;
    if (!this.#isPollDue) return this.#wait(now, phase.jitter);
    this.#isPollDue = false;
    await this.#poll(0);
  }

  /** It never rejects: a failing plane is a state of the cache. */
  async #read(maxAgeMs?: number): Promise<void> {
    const { cache } = this.#options;
    const freshness = maxAgeMs === undefined ? this.#freshness() : { operationStartedAt: this.#options.clock.now(), maxAgeMs };
    const { hasList, isRecording: isRecorded, ids } = this.#interest;
    const isDue = isRecorded && (ids.length === 0 || this.#options.clock.now() >= this.#listDueAt);
    if (!hasList && !isDue) return void (await cache.read(ids, freshness));
    this.#listDueAt = this.#options.clock.now() + this.#options.poll.idleMs;
    await cache.list(freshness);
    if (ids.length === 0 || cache.failure !== null) return;
    const others = ids.filter((sourceTaskId) => !cache.isListed(sourceTaskId));
    if (others.length > 0) await cache.read(others, freshness);
  }

  /** What a query has read within the last half of the interval is not read again. */
  #freshness(): Freshness {
    const { reads, clock } = this.#options;
    return { operationStartedAt: clock.now(), maxAgeMs: Math.max(reads.maxAgeFloorMs, Math.min(reads.maxAgeMs, this.#baseMs() / 2)) };
  }

  #wait(since: number, jitter: number): void {
    this.#cancelWait();
    const { now, scheduler } = this.#options.clock;
    const dueAt = since + this.#intervalMs(jitter);
    const cancel = scheduler.after(Math.max(0, dueAt - now()), () => void this.#poll());
    this.#phase = { kind: 'waiting', since, jitter, dueAt, cancel };
  }

  /** A task that starts running shortens the interval, also of the current wait. */
  #reconsider(): void {
    const phase = this.#phase;
    if (phase.kind !== 'waiting' || phase.since + this.#intervalMs(phase.jitter) >= phase.dueAt) return;
    this.#wait(phase.since, phase.jitter);
  }

  #cancelWait(): void {
    if (this.#phase.kind === 'waiting') this.#phase.cancel();
  }

  #intervalMs(jitter: number): number {
    const { clock, cache } = this.#options;
    const baseMs = this.#baseMs();
    const backoffMs = Math.min(baseMs * 2 ** this.#failures, Math.max(maxBackoffMs, baseMs));
    const isRefused = cache.failure?.isCredentialRefusal === true && !this.#interest.isWatched;
    const refusedMs = isRefused ? Math.min(minRefusedPauseMs * 2 ** Math.max(0, this.#refusals - 1), maxRefusedPauseMs) : 0;
    return Math.ceil(Math.max(backoffMs * jitter, refusedMs, this.#notBefore - clock.now()));
  }

  #baseMs(): number {
    const { poll } = this.#options;
    return this.#isAnythingActive() ? Math.min(poll.activeMs, poll.idleMs) : poll.idleMs;
  }

  #isAnythingActive(): boolean {
    const { cache, isActing } = this.#options;
    if (this.#interest.hasId((sourceTaskId) => cache.cachedTask(sourceTaskId)?.isFinished !== true)) return true;
    return this.#interest.hasTasks && (isActing() || cache.hasUnfinished);
  }

  /** ±10 %, so that gateways that were started together do not poll together for ever. */
  #createJitter(): number {
    return 0.9 + 0.2 * this.#options.clock.random();
  }
}

/** In milliseconds; see the configuration's `poll` of a source. */
export interface PollIntervals {
  /** Between two polls while something unfinished is followed. */
  readonly activeMs: number;
  /** Between two polls otherwise. */
  readonly idleMs: number;
  /** Between two reads of the complete list; in between, a delta is enough where the source has one. */
  readonly fullMs: number;
}

/** A cache and its poller. */
export interface PolledCache {
  readonly cache: SourceCache;
  readonly poller: Poller;
}

/** A function that runs once, and does nothing when it is called again. */
function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
