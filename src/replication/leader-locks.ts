import { createHash } from 'node:crypto';

import type { PostgresSession } from './postgres-session.js';

/**
 * Leadership as advisory locks of the session: a process leads a source while it holds the lock, and PostgreSQL
 * releases the lock when the session ends, so that the death of a leader needs no detection here. `failover.ts` says
 * how soon a session ends.
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
