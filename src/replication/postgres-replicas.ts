import { randomUUID } from 'node:crypto';

import pg from 'pg';

import type { Cancel, Scheduler } from '../lib/scheduler.js';
import type { PostgresLocation } from '../store/postgres/postgres-connector.js';
import { describePostgresError, describePostgresOutage } from '../store/postgres/postgres-errors.js';
import type { StoreAvailability } from '../store/store-availability.js';
import { heartbeatMs } from './failover.js';
import { InterestTable } from './interest-table.js';
import { LeaderLocks } from './leader-locks.js';
import { PostgresSession } from './postgres-session.js';
import { parseReplicaNotice, PostgresSourceReplication } from './postgres-source-replication.js';
import type { ReplicaListener, ReplicaRole, Replicas, SourceReplication } from './replicas.js';
import { SharedTaskTable } from './shared-task-table.js';

interface ReplicasEnvironment {
  /** Milliseconds since 1970; the clocks of all processes have to agree to a second or so. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Learns that the database is away, and that it is back. */
  readonly availability: StoreAvailability;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  /** The role of this process for a source has changed. */
  readonly onRole: (sourceName: string, role: ReplicaRole) => void;
}

/** The other processes that share the store, whose tables are migrated already. */
export function openPostgresReplicas(location: PostgresLocation, environment: ReplicasEnvironment): Replicas {
  return new PostgresReplicas(location, environment);
}

/**
 * The roles stay as they are while the database is away for less, in milliseconds: a short interruption is not worth
 * polling apart.
 */
const awayAfterMs = 2_000;

/**
 * Processes that share one PostgreSQL database. An advisory lock makes one the leader of a source; NOTIFY announces
 * changes.
 */
class PostgresReplicas implements Replicas {
  readonly #environment: ReplicasEnvironment;
  readonly #replicaId = randomUUID();
  readonly #session: PostgresSession;
  readonly #leaderLocks: LeaderLocks;
  readonly #interests: InterestTable;
  readonly #sharedTasks: SharedTaskTable;
  readonly #sources = new Map<string, PostgresSourceReplication>();
  #isAway = false;
  #cancelHeartbeat: Cancel = noop;
  #cancelAway: Cancel | null = null;

  constructor(location: PostgresLocation, environment: ReplicasEnvironment) {
    const { scheduler, random } = environment;
    this.#environment = environment;
    this.#session = new PostgresSession({
      location,
      channel: 'tributary',
      scheduler,
      random,
      onUp: () => this.#connected(),
      onDown: (error) => this.#disconnected(error),
      onNotice: (payload) => this.#dispatch(payload),
    });
    this.#leaderLocks = new LeaderLocks(this.#session);
    this.#interests = new InterestTable(this.#session, this.#replicaId);
    this.#sharedTasks = new SharedTaskTable(this.#session);
  }

  join(sourceName: string, listener: ReplicaListener): SourceReplication {
    const { now, onRole } = this.#environment;
    const replication = new PostgresSourceReplication(sourceName, listener, {
      replicaId: this.#replicaId,
      leaderLocks: this.#leaderLocks,
      interests: this.#interests,
      sharedTasks: this.#sharedTasks,
      now,
      onFailure: (error) => this.#session.fail(error),
      onSuccess: () => this.#confirm(),
      onRole,
    });
    this.#sources.set(sourceName, replication);
    if (this.#session.isUp) replication.connected();
    else if (this.#isAway) replication.databaseAway();
    return replication;
  }

  async close(): Promise<void> {
    this.#cancelHeartbeat();
    this.#cancelAway?.();
    if (this.#session.isUp) {
      try {
        for (const replication of this.#sources.values()) await replication.leave();
        await this.#interests.withdraw();
      } catch (error) {
        // Nothing is lost: the end of the session releases the locks, and the interest expires.
        this.#environment.report(error);
      }
    }
    await this.#session.close();
  }

  #connected(): void {
    for (const replication of this.#sources.values()) replication.connected();
    void this.#beat();
  }

  /** The database is back only when it does the work: a connection alone does not say that the tables can be used. */
  #confirm(): void {
    if (!this.#session.isUp) return;
    this.#isAway = false;
    this.#cancelAway?.();
    this.#cancelAway = null;
    this.#session.confirm();
    this.#environment.availability.succeeded('replication');
  }

  #disconnected(error: unknown): void {
    const { availability, report, scheduler } = this.#environment;
    const outage = describePostgresOutage(error);
    // Any other error is a defect. The session is replaced after it as well.
    if (outage === null && error instanceof pg.DatabaseError) report(error);
    availability.failed('replication', outage ?? describePostgresError(error));
    this.#cancelHeartbeat();
    for (const replication of this.#sources.values()) replication.disconnected();
    if (this.#isAway) return this.#leaveSourcesAlone();
    this.#cancelAway ??= scheduler.after(awayAfterMs, () => {
      this.#isAway = true;
      if (!this.#session.isUp) this.#leaveSourcesAlone();
    });
  }

  #leaveSourcesAlone(): void {
    for (const replication of this.#sources.values()) replication.databaseAway();
  }

  #dispatch(payload: string): void {
    const notice = parseReplicaNotice(payload);
    if (notice !== null && notice.from !== this.#replicaId) this.#sources.get(notice.source)?.onNotice(notice.what);
  }

  #scheduleHeartbeat(): void {
    const { scheduler, random } = this.#environment;
    this.#cancelHeartbeat = scheduler.after(heartbeatMs * (0.75 + random() / 2), () => void this.#beat());
  }

  async #beat(): Promise<void> {
    try {
      await this.#interests.renew();
    } catch (error) {
      return this.#session.fail(error);
    }
    for (const replication of this.#sources.values()) replication.wake();
    // Where a source is watched, its next pass shows whether the other tables can be used, too.
    if (![...this.#sources.values()].some(({ isWatched }) => isWatched)) this.#confirm();
    this.#scheduleHeartbeat();
  }
}

function noop(): void {
  // Nothing is scheduled yet.
}
