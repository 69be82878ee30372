import type { PostgresPool as KyselyPool, PostgresCursor, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';

import type { PostgresConnector } from './postgres-connector.js';
import { isConnectionUnusable, PostgresConnectionError } from './postgres-errors.js';

interface PostgresPoolOptions {
  readonly maxConnections: number;
  /** A connection is not used again after this long, in milliseconds. */
  readonly maxLifetimeMs: number;
}

/**
 * A pool of connections for Kysely that survives a fail-over: a connection whose server takes no writes any more, or
 * that is lost, is thrown away, and so is every other one that was opened before. New ones go to the host that takes
 * writes.
 */
export class PostgresPool implements KyselyPool {
  readonly #connector: PostgresConnector;
  /** One for each host; all but one are empty most of the time. */
  readonly #pools: readonly pg.Pool[];
  /** The host that took writes last. */
  #current = 0;
  /** Raised at each loss; a connection that was opened before the last one is not used again. */
  #generation = 0;
  readonly #openedIn = new WeakMap<pg.ClientBase, number>();

  constructor(connector: PostgresConnector, { maxConnections, maxLifetimeMs }: PostgresPoolOptions) {
    this.#connector = connector;
    this.#pools = connector.clientConfigs.map((config) => {
      const pool = new pg.Pool({
        ...config,
        max: maxConnections,
        maxLifetimeSeconds: maxLifetimeMs / 1_000,
        types: { getTypeParser },
      });
      // A connection in use rejects its query and also emits an error, which would end the process without a listener.
      pool.on('connect', (client) => client.on('error', noop));
      // A broken idle connection is replaced when the next one is needed.
      return pool.on('error', noop);
    });
  }

  async connect(): Promise<PostgresPoolClient> {
    const failures: unknown[] = [];
    for (const pool of this.#inOrderOfUse()) {
      try {
        const client = await this.#take(pool);
        this.#current = this.#pools.indexOf(pool);
        return new PooledConnection(client, () => this.#expireConnections());
      } catch (error) {
        failures.push(error);
      }
    }
    throw new PostgresConnectionError(failures[0]);
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }

  #inOrderOfUse(): readonly pg.Pool[] {
    return [...this.#pools.slice(this.#current), ...this.#pools.slice(0, this.#current)];
  }

  async #take(pool: pg.Pool): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect();
      const generation = this.#openedIn.get(client) ?? (await this.#prepare(client));
      if (generation === this.#generation) return client;
      client.release(true);
    }
  }

  async #prepare(client: pg.PoolClient): Promise<number> {
    const generation = this.#generation;
    try {
      await this.#connector.prepare(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#openedIn.set(client, generation);
    return generation;
  }

  #expireConnections(): void {
    this.#generation += 1;
  }
}

/** One use of a connection. */
class PooledConnection implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #onUnusable: () => void;
  #isUnusable = false;

  constructor(client: pg.PoolClient, onUnusable: () => void) {
    this.#client = client;
    this.#onUnusable = onUnusable;
  }

  query<Row>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query<Row>(statement: string | PostgresCursor<Row>, parameters: readonly unknown[] = []): unknown {
    if (typeof statement !== 'string') throw new Error('The dialect of Kysely was given no class of cursors.');
    return this.#execute(statement, parameters);
  }

  async #execute(statement: string, parameters: readonly unknown[]): Promise<unknown> {
    // The end of the connection ends the transaction as well. A rollback that fails would hide the error before it.
    if (this.#isUnusable && statement === 'rollback') return { command: 'ROLLBACK', rowCount: 0, rows: [] };
    try {
      return await this.#client.query(statement, [...parameters]);
    } catch (error) {
      if (!isConnectionUnusable(error)) throw error;
      this.#isUnusable = true;
      this.#onUnusable();
      throw error instanceof pg.DatabaseError ? error : new PostgresConnectionError(error);
    }
  }

  release(): void {
    this.#client.release(this.#isUnusable);
  }
}

/** The driver returns bigint as text. Times in milliseconds are exact as numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);
}

function noop(): void {
  // What was lost shows at the next statement.
}
