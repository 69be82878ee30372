import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import type { Task } from '../../model/task.js';
import { alwaysLeader, type LeaderElection, type SubscriptionInterest } from '../../replication/leader-election.js';
import type { Freshness } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { ReadAges } from '../query/authorized-reader.js';
import { SubscriberInterest } from './subscriber-interest.js';

export interface PollerOptions {
  readonly cache: SourceCache;
  readonly poll: PollIntervals;
  readonly reads: ReadAges;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Whether a task of the source was acted on and has yet to show it. */
  readonly isActing: () => boolean;
  /** Whether it is this process that polls; always where absent. */
  readonly turn?: LeaderElection;
}

type PollerPhase =
  | { readonly kind: 'stopped' }
  /** Something is followed, and another process polls. */
  | { readonly kind: 'following' }
  | { readonly kind: 'waiting'; readonly since: number; readonly stretch: number; readonly dueAt: number; readonly cancel: Cancel }
  | { readonly kind: 'polling'; readonly stretch: number };

const stopped: PollerPhase = { kind: 'stopped' };
const following: PollerPhase = { kind: 'following' };

/**
 * Failures stretch the interval up to this, in milliseconds: as long as a circuit breaker refuses calls at most, so that a plane
 * that nobody else asks is found again just as soon.
 */
const maxBackoffMs = 60_000;

/** When nobody watches, refused credentials are not tried again for so long, in milliseconds: repeated bad log-ins lock accounts. */
const refusedPauseMs = 3_600_000;

/**
 * Asks one plane again and again while anybody watches: once for all of them. What it reads reaches them through the cache. Of several
 * processes one polls for all; the others are told what it sees.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #turn: LeaderElection;
  readonly #audience = new SubscriberInterest();
  #isLeader = false;
  #phase: PollerPhase = stopped;
  #failures = 0;
  /** The plane asked not to be asked before. */
  #notBefore = -Infinity;
  /** For the record, the list is not read again before. */
  #listDueAt = -Infinity;
  #unlisten: () => void = () => undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#turn = options.turn ?? alwaysLeader;
    this.#turn.listen({
      interest: () => this.#audience.local,
      leadershipChanged: (isOurs) => this.#takeTurn(isOurs),
      remoteInterestChanged: (interest) => this.#hear(interest),
    });
  }

  /** Follows one task, which was just read, until the returned function is called. */
  followTask(sourceTaskId: string): () => void {
    this.#audience.followTask(sourceTaskId);
    this.#turn.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#wait(this.#options.now(), this.#jitter()));
    else this.#reconsider();
    return once(() => {
      this.#audience.unfollowTask(sourceTaskId);
      this.#stopWhenAlone();
    });
  }

  /** Follows the tasks of the list. */
  followTasks(): () => void {
    this.#audience.followTasks();
    const leave = this.followHealth();
    this.#reconsider();
    return once(() => {
      this.#audience.unfollowTasks();
      leave();
    });
  }

  /** Follows how the source is doing; its tasks are nobody's concern. */
  followHealth(): () => void {
    const isFirst = !this.#audience.hasList;
    this.#audience.followList();
    this.#turn.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#pollSoon());
    else if (isFirst) this.#pollSoon();
    return once(() => {
      this.#audience.unfollowList();
      this.#stopWhenAlone();
    });
  }

  /** Reads the list for the record, as rarely as there is nothing to see, until the returned function is called. */
  record(): () => void {
    this.#audience.startRecording();
    this.#turn.interestChanged();
    if (this.#phase.kind === 'stopped') this.#start(() => this.#pollSoon());
    return once(() => {
      this.#audience.stopRecording();
      this.#stopWhenAlone();
    });
  }

  /** Milliseconds until a task is asked for again; null when nobody watches it. */
  nextPollInMs({ sourceTaskId }: Pick<Task, 'sourceTaskId'>): number | null {
    if (!this.#audience.hasLocalSubscriber(sourceTaskId)) return null;
    if (this.#phase.kind === 'stopped') return null;
    if (this.#phase.kind === 'following') return this.#intervalMs(1);
    if (this.#phase.kind === 'polling') return this.#intervalMs(this.#phase.stretch);
    return Math.max(0, this.#phase.dueAt - this.#options.now());
  }

  /** How old what is known of a task may be, in milliseconds, because it is being watched anyway; 0 when it is not. */
  freshForMs(sourceTaskId: string): number {
    return this.#audience.hasLocalSubscriber(sourceTaskId) && this.#failures === 0 ? this.#options.poll.activeMs : 0;
  }

  #start(begin: () => void): void {
    this.#unlisten = this.#options.cache.changes.listen({ read: () => this.#reconsider() });
    if (this.#isLeader) begin();
    else this.#phase = following;
  }

  #takeTurn(isOurs: boolean): void {
    this.#isLeader = isOurs;
    if (isOurs && this.#phase.kind === 'following') return this.#pollSoon();
    if (isOurs || this.#phase.kind === 'stopped') return;
    this.#cancelWait();
    this.#phase = following;
  }

  /** What is followed elsewhere counts as what is followed here, as long as it is our turn. */
  #hear(interest: SubscriptionInterest): void {
    const isFirst = interest.list && !this.#audience.hasList;
    this.#audience.setRemote(interest);
    if (isFirst && this.#phase.kind === 'waiting') this.#pollSoon();
    else this.#reconsider();
  }

  #stopWhenAlone(): void {
    this.#turn.interestChanged();
    if (!this.#audience.isEmpty || this.#phase.kind === 'stopped') return;
    this.#cancelWait();
    this.#phase = stopped;
    this.#unlisten();
  }

  /** At once, or as soon as the plane wants to be asked. */
  #pollSoon(): void {
    if (!this.#isLeader) return;
    const now = this.#options.now();
    if (now >= this.#notBefore) void this.#poll();
    else this.#wait(now, this.#jitter());
  }

  async #poll(): Promise<void> {
    this.#cancelWait();
    const phase: PollerPhase = { kind: 'polling', stretch: this.#jitter() };
    this.#phase = phase;
    await this.#read();
    if (this.#phase !== phase) return;
    const [{ failure }, now] = [this.#options.cache, this.#options.now()];
    this.#failures = failure === null ? 0 : this.#failures + 1;
    this.#notBefore = failure?.retryAfterMs == null ? -Infinity : now + failure.retryAfterMs;
    this.#wait(now, phase.stretch);
  }

  /** It never rejects: a plane that fails is a state of its cache. */
  async #read(): Promise<void> {
    const { cache } = this.#options;
    const freshness = this.#freshness();
    const { hasList, isRecording: isRecorded, ids } = this.#audience;
    const isDue = isRecorded && (ids.length === 0 || this.#options.now() >= this.#listDueAt);
    if (!hasList && !isDue) return void (await cache.read(ids, freshness));
    this.#listDueAt = this.#options.now() + this.#options.poll.idleMs;
    await cache.list(freshness);
    if (ids.length === 0 || cache.failure !== null) return;
    const others = ids.filter((sourceTaskId) => !cache.isListed(sourceTaskId));
    if (others.length > 0) await cache.read(others, freshness);
  }

  /** What a query has just read need not be read again, unless half of the interval has gone by since. */
  #freshness(): Freshness {
    const { reads, now } = this.#options;
    return { since: now(), maxAgeMs: Math.max(reads.minAgeMs, Math.min(reads.maxAgeMs, this.#baseMs() / 2)) };
  }

  #wait(since: number, stretch: number): void {
    this.#cancelWait();
    const { now, scheduler } = this.#options;
    const dueAt = since + this.#intervalMs(stretch);
    const cancel = scheduler.after(Math.max(0, dueAt - now()), () => void this.#poll());
    this.#phase = { kind: 'waiting', since, stretch, dueAt, cancel };
  }

  /** Something may have begun that makes the wait too long. */
  #reconsider(): void {
    const phase = this.#phase;
    if (phase.kind !== 'waiting' || phase.since + this.#intervalMs(phase.stretch) >= phase.dueAt) return;
    this.#wait(phase.since, phase.stretch);
  }

  #cancelWait(): void {
    if (this.#phase.kind === 'waiting') this.#phase.cancel();
  }

  #intervalMs(stretch: number): number {
    const { now, cache } = this.#options;
    const baseMs = this.#baseMs();
    const stretchedMs = Math.min(baseMs * 2 ** this.#failures, Math.max(maxBackoffMs, baseMs));
    const refusedMs = cache.failure?.isRetryable === false && !this.#audience.isWatched ? refusedPauseMs : 0;
    return Math.ceil(Math.max(stretchedMs * stretch, refusedMs, this.#notBefore - now()));
  }

  #baseMs(): number {
    const { poll } = this.#options;
    return this.#isAnythingUnfinished() ? Math.min(poll.activeMs, poll.idleMs) : poll.idleMs;
  }

  #isAnythingUnfinished(): boolean {
    const { cache, isActing } = this.#options;
    if (this.#audience.hasId((sourceTaskId) => cache.cachedTask(sourceTaskId)?.isFinished !== true)) return true;
    return this.#audience.hasTasks && (isActing() || cache.hasUnfinished);
  }

  /** From 0.9 to 1.1, so that gateways that were started together do not ask together for ever. */
  #jitter(): number {
    return 0.9 + 0.2 * this.#options.random();
  }
}

/** In milliseconds; see the configuration's `poll` of a source. */
export interface PollIntervals {
  /** From one poll to the next while something unfinished is watched. */
  readonly activeMs: number;
  /** The same while nothing is. */
  readonly idleMs: number;
  /** From one reading of the whole list to the next; in between, what can have changed will do where the source can tell. */
  readonly fullMs: number;
}

/** A cache, and the one that polls it. */
export interface PolledCache {
  readonly cache: SourceCache;
  readonly poller: Poller;
}

/** A function that does something the first time it is called, and nothing afterwards. */
export function once(act: () => void): () => void {
  let todo = act;
  return () => {
    const now = todo;
    todo = () => undefined;
    now();
  };
}
