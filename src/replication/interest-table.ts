import { noSubscriptionInterest, type SubscriptionInterest } from './leader-election.js';
import type { PostgresSession } from './postgres-session.js';

/**
 * The interest of a process expires this long after its last renewal, in milliseconds. It is renewed with each
 * heartbeat, so only that of a process that has died or hangs expires.
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
    const rows = await this.#session.query<{ interest: string }>(
      `select wants as interest from tributary_interest where source_name = $1 and replica_id <> $2 and until > ${now}`,
      [sourceName, this.#replicaId],
    );
    return rows.map(({ interest }) => JSON.parse(interest) as SubscriptionInterest).reduce(mergeInterest, noSubscriptionInterest);
  }

  /** Deletes all interest of this process. */
  async withdraw(): Promise<void> {
    await this.#session.query('delete from tributary_interest where replica_id = $1', [this.#replicaId]);
  }
}

function mergeInterest(one: SubscriptionInterest, other: SubscriptionInterest): SubscriptionInterest {
  return { list: one.list || other.list, tasks: one.tasks || other.tasks, ids: [...new Set([...one.ids, ...other.ids])] };
}
