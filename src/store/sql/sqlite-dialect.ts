import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

import type { Cancel, Scheduler } from '../../lib/scheduler.js';
import type { SqliteThread } from './sqlite-thread.js';

/**
 * How long after a write everything is in the named file, in milliseconds, while no other process reads it: a copy of
 * that file lacks the last few seconds at most. SQLite by itself leaves up to 4 MB in the write-ahead log, for ever.
 */
const checkpointMs = 5_000;

interface SqliteUpkeep {
  /** Brings the write-ahead log into the file; called `checkpointMs` after a write, with the connection to itself. It must not reject. */
  readonly checkpoint: () => Promise<void>;
  /** Closes the file. */
  readonly close: () => Promise<void>;
}

/** Lets Kysely use the connection of a SqliteThread, which is opened for the first query, and again after the thread has ended. */
export class SqliteThreadDialect implements Dialect {
  readonly #thread: SqliteThread;
  readonly #scheduler: Scheduler;
  readonly #upkeep: SqliteUpkeep;

  constructor(thread: SqliteThread, scheduler: Scheduler, upkeep: SqliteUpkeep = defaultUpkeep(thread)) {
    this.#thread = thread;
    this.#scheduler = scheduler;
    this.#upkeep = upkeep;
  }

  createDriver(): Driver {
    return new SqliteThreadDriver(this.#thread, this.#scheduler, this.#upkeep);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

function defaultUpkeep(thread: SqliteThread): SqliteUpkeep {
  return {
    checkpoint: async () => void (await thread.ask({ kind: 'checkpoint' }).catch(() => undefined)),
    close: () => thread.close(),
  };
}

/** One query or transaction at a time, in the order of their requests. */
class SqliteThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #scheduler: Scheduler;
  readonly #connection: DatabaseConnection;
  /** Resolves when everything requested so far has released the connection. */
  #whenFree: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  readonly #upkeep: SqliteUpkeep;
  #cancelCheckpoint: Cancel | null = null;

  constructor(thread: SqliteThread, scheduler: Scheduler, upkeep: SqliteUpkeep) {
    this.#thread = thread;
    this.#scheduler = scheduler;
    this.#upkeep = upkeep;
    this.#connection = new SqliteThreadConnection(thread);
  }

  async init(): Promise<void> {
    // The thread is started for the first connection.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#waitForTurn();
    try {
      if (!this.#thread.isOpen) await this.#thread.open();
      return this.#connection;
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Resolves when the connection is free, and takes it. */
  async #waitForTurn(): Promise<void> {
    const before = this.#whenFree;
    const { promise, release } = createRelease();
    this.#whenFree = promise;
    await before;
    this.#release = release;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'begin' });
  }

  async commitTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'execute', statement: 'commit' });
    this.#cancelCheckpoint ??= this.#scheduler.after(checkpointMs, () => {
      this.#cancelCheckpoint = null;
      void this.#checkpoint();
    });
  }

  async #checkpoint(): Promise<void> {
    // A thread that has ended is started for a query, which says why that fails.
    if (!this.#thread.isOpen) return;
    await this.#waitForTurn();
    try {
      await this.#upkeep.checkpoint();
    } finally {
      this.#release();
    }
  }

  /** A failing rollback must not hide why it was tried; a transaction whose thread has ended is rolled back by SQLite. */
  async rollbackTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'rollback' }).catch(() => undefined);
  }

  /** What was requested before is still done. */
  async destroy(): Promise<void> {
    await this.#whenFree;
    this.#cancelCheckpoint?.();
    await this.#upkeep.close();
  }
}

class SqliteThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  async executeQuery<Row>({ sql: statement, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.#thread.ask({ kind: 'query', statement, parameters });
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  streamQuery(): never {
    throw new Error('Rows are not streamed from SQLite.');
  }
}

function createRelease(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
}
