import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type { Database } from 'libsql';

/**
 * libsql as kysely knows SQLite. A transaction takes the lock for writing when it begins, so that nothing in it can find the file
 * busy: a statement of libsql that fails so stays open until it is collected, and no transaction can be committed meanwhile.
 * `exec` leaves nothing open.
 */
export class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  prepare(statement: string): SqliteStatement {
    const own = ownWords.get(statement);
    return own === undefined ? this.#database.prepare(statement) : this.#execute(own);
  }

  close(): void {
    this.#database.close();
  }

  #execute(statement: string): SqliteStatement {
    const run = (): { changes: number; lastInsertRowid: number } => {
      // A full disk rolls a transaction back by itself; that there is none left must not hide why.
      if (statement !== 'rollback' || this.#database.inTransaction) this.#database.exec(statement);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run, all: () => [], iterate: () => [].values() };
  }
}

const ownWords: ReadonlyMap<string, string> = new Map([
  ['begin', 'begin immediate'],
  ['commit', 'commit'],
  ['rollback', 'rollback'],
]);
