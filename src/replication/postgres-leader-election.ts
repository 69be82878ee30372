import { createHash } from 'node:crypto';

import { noSubscriptionInterest, type SubscriptionInterest } from './leader-election.js';
import type { PostgresSession } from './postgres-session.js';

/**
 * Leadership as advisory locks of the session: a process leads a source while it holds the lock, and PostgreSQL
 * releases the lock when the session ends, so that the death of a leader needs no detection here.
 */
export class LeaderLocks {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  /** Whether this process leads from now on, until it releases the lock or its session ends. */
  async tryAcquire(sourceName: string): Promise<boolean> {
    const [row] = await this.#session.query<{ isAcquired: boolean }>('select pg_try_advisory_lock($1) as "isAcquired"', [
      computeLockKey(sourceName),
    ]);
    return row?.isAcquired === true;
  }

  async release(sourceName: string, notice: string): Promise<void> {
    await this.#session.query("select pg_advisory_unlock($1), pg_notify('tributary', $2)", [computeLockKey(sourceName), notice]);
  }
}

/**
 * A 64-bit number that is the same in every process, and unlikely to be used by another program in the same database.
 */
function computeLockKey(sourceName: string): string {
  return createHash('sha256').update(`tributary polls ${sourceName}`).digest().readBigInt64BE().toString();
}

/**
 * The interest of a process expires this long after its last renewal, in milliseconds; it renews its interest every 2
 * seconds.
 */
const interestTtlMs = 15_000;

const now = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** What the subscribers of each process follow, so that the leader polls for all of them. */
export class InterestTable {
  readonly #session: PostgresSession;
  readonly #replicaId: string;

  constructor(session: PostgresSession, replicaId: string) {
    this.#session = session;
    this.#replicaId = replicaId;
  }

  /** Writes the interest of this process and notifies the others; null deletes it. */
  async publish(sourceName: string, interest: SubscriptionInterest | null, notice: string): Promise<void> {
    await this.#session.query(
      interest === null
        ? "with gone as (delete from tributary_interest where replica_id = $1 and source_name = $2) select pg_notify('tributary', $3)"
        : `with said as (
            insert into tributary_interest (replica_id, source_name, wants, until) values ($1, $2, $4, ${now} + ${interestTtlMs})
            on conflict (replica_id, source_name) do update set wants = excluded.wants, until = excluded.until)
          select pg_notify('tributary', $3)`,
      [this.#replicaId, sourceName, notice, ...(interest === null ? [] : [JSON.stringify(interest)])],
    );
  }

  /** Renews the interest of this process, and deletes what has long expired. */
  async renew(): Promise<void> {
    await this.#session.query(`update tributary_interest set until = ${now} + ${interestTtlMs} where replica_id = $1`, [this.#replicaId]);
    await this.#session.query(`delete from tributary_interest where until < ${now} - ${interestTtlMs}`);
  }

  /** The interest of all other processes together. */
  async readRemote(sourceName: string): Promise<SubscriptionInterest> {
    const rows = await this.#session.query<{ wants: string }>(
      `select wants from tributary_interest where source_name = $1 and replica_id <> $2 and until > ${now}`,
      [sourceName, this.#replicaId],
    );
    return rows.map(({ wants }) => JSON.parse(wants) as SubscriptionInterest).reduce(mergeInterest, noSubscriptionInterest);
  }

  /** Deletes all interest of this process. */
  async withdraw(): Promise<void> {
    await this.#session.query('delete from tributary_interest where replica_id = $1', [this.#replicaId]);
  }
}

function mergeInterest(one: SubscriptionInterest, other: SubscriptionInterest): SubscriptionInterest {
  return { list: one.list || other.list, tasks: one.tasks || other.tasks, ids: [...new Set([...one.ids, ...other.ids])] };
}
