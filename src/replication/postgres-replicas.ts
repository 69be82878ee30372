import { randomUUID } from 'node:crypto';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import type { StoreSettings } from '../store/store.js';
import { LeaderLeases } from './postgres-leader-leases.js';
import { PostgresSession } from './postgres-session.js';
import { parseReplicaNotice, PostgresSourceReplication } from './postgres-source-replication.js';
import type { ReplicaListener, ReplicaRole, Replicas, SourceReplication } from './replicas.js';
import { SharedTaskTable } from './shared-task-table.js';

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
  readonly #leases: LeaderLeases;
  readonly #sharedTasks: SharedTaskTable;
  readonly #sources = new Map<string, PostgresSourceReplication>();
  #isAway = false;
  #cancelTick: Cancel = noop;
  #cancelAway: Cancel = noop;

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
      onNotice: (payload) => this.#dispatch(payload),
    });
    this.#leases = new LeaderLeases(this.#session, this.#replicaId);
    this.#sharedTasks = new SharedTaskTable(this.#session);
  }

  join(sourceName: string, member: ReplicaListener): SourceReplication {
    const { now, onRole } = this.#options;
    const seat = new PostgresSourceReplication({
      sourceName,
      member,
      replicaId: this.#replicaId,
      views: this.#sharedTasks,
      locks: this.#leases,
      now,
      onFailure: (error) => this.#session.fail(error),
      onRole,
    });
    this.#sources.set(sourceName, seat);
    if (this.#session.isUp) seat.up();
    else if (this.#isAway) seat.away();
    return seat;
  }

  async close(): Promise<void> {
    this.#cancelTick();
    this.#cancelAway();
    if (this.#session.isUp) {
      try {
        for (const seat of this.#sources.values()) await seat.leave();
        await this.#leases.withdraw();
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
    for (const seat of this.#sources.values()) seat.up();
    this.#tickLater();
  }

  #down(error: unknown): void {
    const { report, scheduler } = this.#options;
    report(error);
    this.#cancelTick();
    for (const seat of this.#sources.values()) seat.down();
    this.#cancelAway = scheduler.after(awayAfterMs, () => {
      this.#isAway = true;
      for (const seat of this.#sources.values()) seat.away();
    });
  }

  #dispatch(payload: string): void {
    const notice = parseReplicaNotice(payload);
    if (notice !== null && notice.from !== this.#replicaId) this.#sources.get(notice.source)?.onNotice(notice.what);
  }

  #tickLater(): void {
    const { scheduler, random } = this.#options;
    this.#cancelTick = scheduler.after(tickMs * (0.75 + random() / 2), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    try {
      await this.#leases.renew();
    } catch (error) {
      return this.#session.fail(error);
    }
    for (const seat of this.#sources.values()) seat.wake();
    this.#tickLater();
  }
}

function noop(): void {
  // There is nothing to do.
}

/** The other processes that share a store, whose tables are up to date; null where it belongs to one process. */
export function openReplicas(store: StoreSettings, surroundings: Omit<PostgresReplicasOptions, 'url'>): Replicas | null {
  return store.kind === 'postgres' ? new PostgresReplicas({ ...surroundings, url: store.url }) : null;
}
