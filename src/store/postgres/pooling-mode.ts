import pg from 'pg';

import { findErrorCode } from '../../model/errors.js';
import { StoreError } from '../store.js';
import { PostgresConnector, type PostgresLocation } from './postgres-connector.js';

const needed =
  'Tributary needs sessions of its own, for locks and notifications: set pool_mode = session for this database in the pooler, or connect to PostgreSQL directly';

/** A pooler that takes turns among its connections shows itself after a few rounds. */
const rounds = 5;

/**
 * Throws a StoreError when a pooler between this process and PostgreSQL pools transactions or statements instead of
 * sessions. Leadership and notifications would silently be lost: two processes would both lead, or none would hear of
 * changes. The connections are opened without settings, which would otherwise stay behind in sessions of other clients.
 */
export async function refuseTransactionPooling(location: PostgresLocation, timeoutMs: number): Promise<void> {
  const connector = new PostgresConnector(location, { applicationName: 'tributary check', timeoutMs, settings: null });
  const clients: pg.Client[] = [];
  try {
    for (let count = 0; count < 2; count++) clients.push(await connector.connect());
    const [one, other] = clients;
    if (one !== undefined && other !== undefined && (await shareSessions(one, other))) {
      throw new StoreError(`a pooler in front of it pools transactions. ${needed}`);
    }
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Two connections in one session, or one in several, are possible only where transactions are pooled. */
async function shareSessions(one: pg.Client, other: pg.Client): Promise<boolean> {
  const first = await readSessionId(one);
  for (let round = 0; round < rounds; round++) {
    await beginTransaction(other);
    const held = await readSessionId(other);
    const again = await readSessionId(one);
    await other.query('commit');
    if (held === first || again !== first) return true;
  }
  return false;
}

/** PgBouncer refuses to begin a transaction as a violation of its protocol where it pools statements. */
async function beginTransaction(client: pg.Client): Promise<void> {
  try {
    await client.query('begin');
  } catch (error) {
    if (findErrorCode(error) !== '08P01') throw error;
    throw new StoreError(`a pooler in front of it pools single statements. ${needed}`, { cause: error });
  }
}

async function readSessionId(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ id: number }>('select pg_backend_pid() as id');
  return rows[0]?.id;
}
