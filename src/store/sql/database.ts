import type { Kysely, Transaction } from 'kysely';

import type { StoreTables } from './tables.js';

/** Reads from and writes to a database. */
export class Database {
  readonly #db: Kysely<StoreTables>;
  readonly #attempt: <Value>(job: () => Promise<Value>) => Promise<Value>;

  /** `attempt` runs a job, and again while the database is busy. */
  constructor(db: Kysely<StoreTables>, attempt: <Value>(job: () => Promise<Value>) => Promise<Value>) {
    this.#db = db;
    this.#attempt = attempt;
  }

  read<Value>(job: (db: Kysely<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#attempt(() => job(this.#db));
  }

  /** Runs the job in a transaction. */
  write<Value>(job: (db: Transaction<StoreTables>) => Promise<Value>): Promise<Value> {
    return this.#attempt(() => this.#db.transaction().execute(job));
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
