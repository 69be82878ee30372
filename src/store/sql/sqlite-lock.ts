import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import Libsql from 'libsql';

import { findErrorCode } from '../../model/errors.js';
import { StoreError } from '../store.js';
import { isBusy } from './sqlite-errors.js';

/**
 * Keeps a second gateway from a SQLite file. It is a lock of SQLite on an empty database beside that file, so the operating system
 * ends it with its process, however that ends; programs that only read the file do not ask for it. The connection is in the main
 * thread, because the thread of the store may end and be started again.
 */
export class SqliteLock {
  readonly path: string;
  readonly #database: Libsql.Database;

  private constructor(path: string, database: Libsql.Database) {
    this.path = path;
    this.#database = database;
  }

  /** `path`: of the file to create beside the database. Throws a StoreError when another gateway has it. */
  static acquire(path: string): SqliteLock {
    for (;;) {
      createFile(path);
      const before = identify(path);
      const database = new Libsql(path);
      try {
        // Without a journal in a file: nothing is ever written.
        database.exec('pragma busy_timeout = 1; pragma journal_mode = MEMORY; begin exclusive');
      } catch (error) {
        database.close();
        throw isBusy(error) ? new StoreError(describeHolder(path), { cause: error }) : error;
      }
      // The last holder may have removed the file in between; then it is the lock of nobody.
      if (before !== null && identify(path) === before) return new SqliteLock(path, database);
      database.close();
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
    this.#database.close();
  }
}

/** Only a file that is new is opened and closed here: closing another one would end the locks that this process has on it. */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (findErrorCode(error) !== 'EEXIST') throw error;
  }
}

/** The number of a file may be used again, but not with the time at which it was created. */
function identify(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

function describeHolder(path: string): string {
  return `another gateway uses it, and holds ${basename(path)} beside it; stop that one first, give this one a store.path of its own, or let both share a PostgreSQL database with store.kind: postgres`;
}
