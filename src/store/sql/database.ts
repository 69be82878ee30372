import type { Kysely, Transaction } from 'kysely';

import type { StoreTables } from './tables.js';

export interface DatabaseOptions {
  readonly db: Kysely<StoreTables>;
  /** Runs one job, again where the database was busy. */
  readonly attempt: <Value>(job: () => Promise<Value>) => Promise<Value>;
}

/** Reads and writes, each tried again where the database was busy. */
export class Database {
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  read<Value>(job: (db: Kysely<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#options.attempt(() => job(this.#options.db));
  }

  /** All of it or nothing. */
  write<Value>(job: (db: Transaction<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#options.attempt(() => this.#options.db.transaction().execute(job));
  }

  close(): Promise<void> {
    return this.#options.db.destroy();
  }
}

/** Neither database keeps U+0000. */
export function replaceNulCharacters(words: string): string {
  return words.replaceAll('\u0000', '\uFFFD');
}
