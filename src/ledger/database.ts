import type { Kysely, Transaction } from 'kysely';

import type { LedgerTables } from './ledger-tables.js';

export interface DatabaseOptions {
  readonly db: Kysely<LedgerTables>;
  /** Runs one job, again where the database was busy. */
  readonly attempt: <Value>(job: () => Promise<Value>) => Promise<Value>;
}

/** Reads and writes, each tried again where the database was busy. */
export class Database {
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  read<Value>(job: (db: Kysely<LedgerTables>) => Promise<Value>): Promise<Value> {
    return this.#options.attempt(() => job(this.#options.db));
  }

  /** All of it or nothing. */
  write<Value>(job: (db: Transaction<LedgerTables>) => Promise<Value>): Promise<Value> {
    return this.#options.attempt(() => this.#options.db.transaction().execute(job));
  }

  close(): Promise<void> {
    return this.#options.db.destroy();
  }
}
