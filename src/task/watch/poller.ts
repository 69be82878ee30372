import type { Task } from '../model/task.js';
import type { Freshness } from '../read/view/freshness.js';
import type { View } from '../read/view/view.js';
import type { Interest } from '../replica/interest.js';
import { alwaysOurTurn, type Turn } from '../replica/turn.js';
import { Audience } from './audience.js';
import { once } from './once.js';
import type { PollIntervals } from './poll-intervals.js';
import type { Cancel, Scheduler } from './scheduler.js';

export interface PollerOptions {
  readonly view: View;
  readonly poll: PollIntervals;
  /** Milliseconds; see the configuration's `reads`. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Whether a task of the source was acted on and has yet to show it. */
  readonly isActing: () => boolean;
  /** Whether it is this process that polls; always where absent. */
  readonly turn?: Turn;
}

type Phase =
  | { readonly is: 'stopped' }
  /** Something is followed, and another process polls. */
  | { readonly is: 'following' }
  | { readonly is: 'waiting'; readonly since: number; readonly stretch: number; readonly dueAt: number; readonly cancel: Cancel }
  | { readonly is: 'polling'; readonly stretch: number };

const stopped: Phase = { is: 'stopped' };
const following: Phase = { is: 'following' };

/**
 * Failures stretch the interval up to this, in milliseconds: as long as a circuit breaker refuses calls at most, so that a plane
 * that nobody else asks is found again just as soon.
 */
const longestStretchMs = 60_000;

/** When nobody watches, refused credentials are not tried again for so long, in milliseconds: repeated bad log-ins lock accounts. */
const refusedPauseMs = 3_600_000;

/**
 * Asks one plane again and again while anybody watches: once for all of them. What it reads reaches them through the view. Of several
 * processes one polls for all; the others are told what it sees.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #turn: Turn;
  readonly #audience = new Audience();
  #isOurTurn = false;
  #phase: Phase = stopped;
  #failures = 0;
  /** The plane asked not to be asked before. */
  #notBefore = -Infinity;
  /** For the record, the list is not read again before. */
  #listDueAt = -Infinity;
  #unlisten: () => void = () => undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#turn = options.turn ?? alwaysOurTurn;
    this.#turn.listen({
      interest: () => this.#audience.here,
      turn: (isOurs) => this.#takeTurn(isOurs),
      others: (interest) => this.#hear(interest),
    });
  }

  /** Follows one task, which was just read, until the returned function is called. */
  followTask(localId: string): () => void {
    this.#audience.followTask(localId);
    this.#turn.interestChanged();
    if (this.#phase.is === 'stopped') this.#start(() => this.#wait(this.#options.now(), this.#jitter()));
    else this.#reconsider();
    return once(() => {
      this.#audience.leaveTask(localId);
      this.#stopWhenAlone();
    });
  }

  /** Follows the tasks of the list. */
  followTasks(): () => void {
    this.#audience.followTasks();
    const leave = this.followHealth();
    this.#reconsider();
    return once(() => {
      this.#audience.leaveTasks();
      leave();
    });
  }

  /** Follows how the source is doing; its tasks are nobody's concern. */
  followHealth(): () => void {
    const isFirst = !this.#audience.hasList;
    this.#audience.followList();
    this.#turn.interestChanged();
    if (this.#phase.is === 'stopped') this.#start(() => this.#pollSoon());
    else if (isFirst) this.#pollSoon();
    return once(() => {
      this.#audience.leaveList();
      this.#stopWhenAlone();
    });
  }

  /** Reads the list for the record, as rarely as there is nothing to see, until the returned function is called. */
  record(): () => void {
    this.#audience.beginRecord();
    this.#turn.interestChanged();
    if (this.#phase.is === 'stopped') this.#start(() => this.#pollSoon());
    return once(() => {
      this.#audience.endRecord();
      this.#stopWhenAlone();
    });
  }

  /** Milliseconds until a task is asked for again; null when nobody watches it. */
  nextAfterMs({ sourceTaskId }: Pick<Task, 'sourceTaskId'>): number | null {
    if (!this.#audience.isToldHere(sourceTaskId)) return null;
    if (this.#phase.is === 'stopped') return null;
    if (this.#phase.is === 'following') return this.#intervalMs(1);
    if (this.#phase.is === 'polling') return this.#intervalMs(this.#phase.stretch);
    return Math.max(0, this.#phase.dueAt - this.#options.now());
  }

  /** How old what is known of a task may be, in milliseconds, because it is being watched anyway; 0 when it is not. */
  freshForMs(localId: string): number {
    return this.#audience.isToldHere(localId) && this.#failures === 0 ? this.#options.poll.activeMs : 0;
  }

  #start(begin: () => void): void {
    this.#unlisten = this.#options.view.changes.listen({ read: () => this.#reconsider() });
    if (this.#isOurTurn) begin();
    else this.#phase = following;
  }

  #takeTurn(isOurs: boolean): void {
    this.#isOurTurn = isOurs;
    if (isOurs && this.#phase.is === 'following') return this.#pollSoon();
    if (isOurs || this.#phase.is === 'stopped') return;
    this.#cancelWait();
    this.#phase = following;
  }

  /** What is followed elsewhere counts as what is followed here, as long as it is our turn. */
  #hear(interest: Interest): void {
    const isFirst = interest.list && !this.#audience.hasList;
    this.#audience.hear(interest);
    if (isFirst && this.#phase.is === 'waiting') this.#pollSoon();
    else this.#reconsider();
  }

  #stopWhenAlone(): void {
    this.#turn.interestChanged();
    if (!this.#audience.isEmpty || this.#phase.is === 'stopped') return;
    this.#cancelWait();
    this.#phase = stopped;
    this.#unlisten();
  }

  /** At once, or as soon as the plane wants to be asked. */
  #pollSoon(): void {
    if (!this.#isOurTurn) return;
    const now = this.#options.now();
    if (now >= this.#notBefore) void this.#poll();
    else this.#wait(now, this.#jitter());
  }

  async #poll(): Promise<void> {
    this.#cancelWait();
    const phase: Phase = { is: 'polling', stretch: this.#jitter() };
    this.#phase = phase;
    await this.#read();
    if (this.#phase !== phase) return;
    const [{ failure }, now] = [this.#options.view, this.#options.now()];
    this.#failures = failure === null ? 0 : this.#failures + 1;
    this.#notBefore = failure?.retryAfterMs == null ? -Infinity : now + failure.retryAfterMs;
    this.#wait(now, phase.stretch);
  }

  /** It never rejects: a plane that fails is a state of its view. */
  async #read(): Promise<void> {
    const { view } = this.#options;
    const freshness = this.#freshness();
    const { hasList, isRecorded, ids } = this.#audience;
    const isDue = isRecorded && (ids.length === 0 || this.#options.now() >= this.#listDueAt);
    if (!hasList && !isDue) return void (await view.read(ids, freshness));
    this.#listDueAt = this.#options.now() + this.#options.poll.idleMs;
    await view.list(freshness);
    if (ids.length === 0 || view.failure !== null) return;
    const others = ids.filter((localId) => !view.isListed(localId));
    if (others.length > 0) await view.read(others, freshness);
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
    this.#phase = { is: 'waiting', since, stretch, dueAt, cancel };
  }

  /** Something may have begun that makes the wait too long. */
  #reconsider(): void {
    const phase = this.#phase;
    if (phase.is !== 'waiting' || phase.since + this.#intervalMs(phase.stretch) >= phase.dueAt) return;
    this.#wait(phase.since, phase.stretch);
  }

  #cancelWait(): void {
    if (this.#phase.is === 'waiting') this.#phase.cancel();
  }

  #intervalMs(stretch: number): number {
    const { now, view } = this.#options;
    const baseMs = this.#baseMs();
    const stretchedMs = Math.min(baseMs * 2 ** this.#failures, Math.max(longestStretchMs, baseMs));
    const refusedMs = view.failure?.isRetryable === false && !this.#audience.isWatched ? refusedPauseMs : 0;
    return Math.ceil(Math.max(stretchedMs * stretch, refusedMs, this.#notBefore - now()));
  }

  #baseMs(): number {
    const { poll } = this.#options;
    return this.#isAnythingUnfinished() ? Math.min(poll.activeMs, poll.idleMs) : poll.idleMs;
  }

  #isAnythingUnfinished(): boolean {
    const { view, isActing } = this.#options;
    if (this.#audience.hasId((localId) => view.known(localId)?.isFinished !== true)) return true;
    return this.#audience.hasTasks && (isActing() || view.hasUnfinished);
  }

  /** From 0.9 to 1.1, so that gateways that were started together do not ask together for ever. */
  #jitter(): number {
    return 0.9 + 0.2 * this.#options.random();
  }
}
