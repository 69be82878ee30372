import type { Kysely, Transaction } from 'kysely';

import type { StoreAccess } from '../store-availability.js';
import type { StoreTables } from './tables.js';

/** Runs a job, and again while the database is busy. */
type Attempt = <Value>(access: StoreAccess, job: () => Promise<Value>) => Promise<Value>;

/** Reads from and writes to a database. */
export class Database {
  readonly #db: Kysely<StoreTables>;
  readonly #attempt: Attempt;

  constructor(db: Kysely<StoreTables>, attempt: Attempt) {
    this.#db = db;
    this.#attempt = attempt;
  }

  read<Value>(job: (db: Kysely<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#attempt('read', () => job(this.#db));
  }

  /** Runs the job in a transaction. */
  write<Value>(job: (db: Transaction<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#attempt('write', () => this.#db.transaction().execute(job));
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }
}

/** Neither database stores U+0000 in text. */
export function replaceNulCharacters(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}

/** Map.groupBy, which Node 20 does not have, and which does not map the values. */
export function groupBy<Row, Value>(rows: readonly Row[], keyOf: (row: Row) => string, valueOf: (row: Row) => Value): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [valueOf(row)]);
    else group.push(valueOf(row));
  }
  return groups;
}
