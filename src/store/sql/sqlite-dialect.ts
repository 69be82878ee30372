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

/** Lets Kysely use the connection of a SqliteThread, which is opened for the first query, and again after the thread has ended. */
export class SqliteThreadDialect implements Dialect {
  readonly #thread: SqliteThread;
  readonly #scheduler: Scheduler;

  constructor(thread: SqliteThread, scheduler: Scheduler) {
    this.#thread = thread;
    this.#scheduler = scheduler;
  }

  createDriver(): Driver {
    return new SqliteThreadDriver(this.#thread, this.#scheduler);
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

/** One query or transaction at a time, in the order of their requests. */
class SqliteThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #scheduler: Scheduler;
  readonly #connection: DatabaseConnection;
  /** Resolves when everything requested so far has released the connection. */
  #whenFree: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #cancelCheckpoint: Cancel | null = null;

  constructor(thread: SqliteThread, scheduler: Scheduler) {
    this.#thread = thread;
    this.#scheduler = scheduler;
    this.#connection = new SqliteThreadConnection(thread);
  }

  async init(): Promise<void> {
    // The thread is started for the first connection.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#whenFree;
    const { promise, release } = createRelease();
    this.#whenFree = promise;
    await before;
    this.#release = release;
    try {
      if (!this.#thread.isOpen) await this.#thread.open();
      return this.#connection;
    } catch (error) {
      release();
      throw error;
    }
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  /**
   * A transaction takes the write lock when it begins, so that no statement in it can find the file busy: in libsql such
   * a statement stays open until it is garbage-collected, and nothing can be committed until then.
   */
  async beginTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'execute', statement: 'begin immediate' });
  }

  async commitTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'execute', statement: 'commit' });
    this.#cancelCheckpoint ??= this.#scheduler.after(checkpointMs, () => {
      this.#cancelCheckpoint = null;
      void this.#thread.ask({ kind: 'checkpoint' }).catch(() => undefined);
    });
  }

  /** A failing rollback must not hide why it was tried; a transaction whose thread has ended is rolled back by SQLite. */
  async rollbackTransaction(): Promise<void> {
    await this.#thread.ask({ kind: 'rollback' }).catch(() => undefined);
  }

  /** What was requested before is still done. */
  async destroy(): Promise<void> {
    await this.#whenFree;
    this.#cancelCheckpoint?.();
    await this.#thread.close();
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
