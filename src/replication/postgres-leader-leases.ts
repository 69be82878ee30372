import { createHash } from 'node:crypto';

import { noSubscriptionInterest, type SubscriptionInterest } from './leader-election.js';
import type { PostgresSession } from './postgres-session.js';

/** What a process follows is forgotten so long after it was last heard of, in milliseconds. */
const interestLifeMs = 15_000;

const now = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** Which process polls a source, and what the others want of it; told by the database, whose session is the life of a process. */
export class LeaderLeases {
  readonly #session: PostgresSession;
  readonly #replicaId: string;

  constructor(session: PostgresSession, replicaId: string) {
    this.#session = session;
    this.#replicaId = replicaId;
  }

  /** Whether this process polls the source from now on, until it gives that up or its session ends. */
  async tryAcquire(sourceName: string): Promise<boolean> {
    const [row] = await this.#session.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
      computeLockKey(sourceName),
    ]);
    return row?.isOurs === true;
  }

  async release(sourceName: string, notice: string): Promise<void> {
    await this.#session.query("select pg_advisory_unlock($1), pg_notify('tributary', $2)", [computeLockKey(sourceName), notice]);
  }

  /** Says what is followed here; null: nothing is. */
  async publishInterest(sourceName: string, interest: SubscriptionInterest | null, notice: string): Promise<void> {
    await this.#session.query(
      interest === null
        ? "with gone as (delete from tributary_interest where replica_id = $1 and source_name = $2) select pg_notify('tributary', $3)"
        : `with said as (
            insert into tributary_interest (replica_id, source_name, wants, until) values ($1, $2, $4, ${now} + ${interestLifeMs})
            on conflict (replica_id, source_name) do update set wants = excluded.wants, until = excluded.until)
          select pg_notify('tributary', $3)`,
      [this.#replicaId, sourceName, notice, ...(interest === null ? [] : [JSON.stringify(interest)])],
    );
  }

  /** Says that this process still follows what it said; forgets those that have not been heard of for long. */
  async renew(): Promise<void> {
    await this.#session.query(`update tributary_interest set until = ${now} + ${interestLifeMs} where replica_id = $1`, [this.#replicaId]);
    await this.#session.query(`delete from tributary_interest where until < ${now} - ${interestLifeMs}`);
  }

  /** What the others follow, all together. */
  async readRemoteInterest(sourceName: string): Promise<SubscriptionInterest> {
    const rows = await this.#session.query<{ wants: string }>(
      `select wants from tributary_interest where source_name = $1 and replica_id <> $2 and until > ${now}`,
      [sourceName, this.#replicaId],
    );
    return rows.map(({ wants }) => JSON.parse(wants) as SubscriptionInterest).reduce(mergeInterest, noSubscriptionInterest);
  }

  /** Forgets this process. */
  async withdraw(): Promise<void> {
    await this.#session.query('delete from tributary_interest where replica_id = $1', [this.#replicaId]);
  }
}

function mergeInterest(one: SubscriptionInterest, other: SubscriptionInterest): SubscriptionInterest {
  return { list: one.list || other.list, tasks: one.tasks || other.tasks, ids: [...new Set([...one.ids, ...other.ids])] };
}

/** A 64-bit number that is the same in every process, and hardly any other program's in the same database. */
function computeLockKey(sourceName: string): string {
  return createHash('sha256').update(`tributary polls ${sourceName}`).digest().readBigInt64BE().toString();
}
