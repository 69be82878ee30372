import { randomUUID } from 'node:crypto';

import type { ReplicaMember, Replicas, Seat } from '../task/replica/replicas.js';
import type { Cancel, Scheduler } from '../task/watch/scheduler.js';
import { PollingLocks } from './polling-locks.js';
import { PostgresSeat } from './postgres-seat.js';
import { PostgresSession } from './postgres-session.js';
import { noticeIn } from './replica-notice.js';
import type { ReplicaRole } from './replica-role.js';
import { SharedViews } from './shared-views.js';

export interface PostgresReplicasOptions {
  /** May hold a password. */
  readonly url: string;
  /** Milliseconds since 1970; the clocks of all processes have to agree to a second or so. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Why the database is away, once each time. */
  readonly report: (error: unknown) => void;
  /** This process does something else for a source than before. */
  readonly onRole: (sourceName: string, role: ReplicaRole) => void;
}

/** So often a process shows that it lives, and asks whether a turn has become free, in milliseconds. */
const tickMs = 2_000;

/** A database that is away for less, in milliseconds, changes nothing. */
const awayAfterMs = 2_000;

/** Processes with one PostgreSQL database: whoever has the advisory lock of a source polls it; LISTEN and NOTIFY tell of changes. */
export class PostgresReplicas implements Replicas {
  readonly #options: PostgresReplicasOptions;
  readonly #replicaId = randomUUID();
  readonly #session: PostgresSession;
  readonly #locks: PollingLocks;
  readonly #views: SharedViews;
  readonly #seats = new Map<string, PostgresSeat>();
  #isAway = false;
  #cancelTick: Cancel = nothing;
  #cancelAway: Cancel = nothing;

  constructor(options: PostgresReplicasOptions) {
    const { url, scheduler, random } = options;
    this.#options = options;
    this.#session = new PostgresSession({
      url,
      channel: 'tributary',
      scheduler,
      random,
      onUp: () => this.#up(),
      onDown: (error) => this.#down(error),
      onNotice: (payload) => this.#hear(payload),
    });
    this.#locks = new PollingLocks(this.#session, this.#replicaId);
    this.#views = new SharedViews(this.#session);
  }

  join(sourceName: string, member: ReplicaMember): Seat {
    const { now, onRole } = this.#options;
    const seat = new PostgresSeat({
      sourceName,
      member,
      replicaId: this.#replicaId,
      views: this.#views,
      locks: this.#locks,
      now,
      onFailure: (error) => this.#session.fail(error),
      onRole,
    });
    this.#seats.set(sourceName, seat);
    if (this.#session.isUp) seat.up();
    else if (this.#isAway) seat.away();
    return seat;
  }

  async close(): Promise<void> {
    this.#cancelTick();
    this.#cancelAway();
    if (this.#session.isUp) {
      try {
        for (const seat of this.#seats.values()) await seat.leave();
        await this.#locks.leave();
      } catch (error) {
        // The end of the session says the same.
        this.#options.report(error);
      }
    }
    await this.#session.close();
  }

  #up(): void {
    this.#isAway = false;
    this.#cancelAway();
    for (const seat of this.#seats.values()) seat.up();
    this.#tickLater();
  }

  #down(error: unknown): void {
    const { report, scheduler } = this.#options;
    report(error);
    this.#cancelTick();
    for (const seat of this.#seats.values()) seat.down();
    this.#cancelAway = scheduler.after(awayAfterMs, () => {
      this.#isAway = true;
      for (const seat of this.#seats.values()) seat.away();
    });
  }

  #hear(payload: string): void {
    const notice = noticeIn(payload);
    if (notice !== null && notice.from !== this.#replicaId) this.#seats.get(notice.source)?.hear(notice.what);
  }

  #tickLater(): void {
    const { scheduler, random } = this.#options;
    this.#cancelTick = scheduler.after(tickMs * (0.75 + random() / 2), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    try {
      await this.#locks.live();
    } catch (error) {
      return this.#session.fail(error);
    }
    for (const seat of this.#seats.values()) seat.wake();
    this.#tickLater();
  }
}

function nothing(): void {
  // There is nothing to do.
}
