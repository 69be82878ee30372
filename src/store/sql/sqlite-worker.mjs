// @ts-check
/**
 * One connection to a SQLite file, in a worker thread: the driver blocks its thread until a statement is done, and a commit until
 * it is on the disk. It does what sqlite-thread.ts asks, in that order, and answers each request once.
 *
 * This is JavaScript because a worker starts from a file that Node can run as it is: in dist, in the package and under the tests.
 */
import { parentPort } from 'node:worker_threads';

import Libsql from 'libsql';

/** @typedef {Parameters<import('./sqlite-thread.js').SqliteThread['ask']>[0]} Request */
/** @typedef {Awaited<ReturnType<import('./sqlite-thread.js').SqliteThread['ask']>>} Result */

/** @type {import('libsql').Database | null} */
let database = null;

function opened() {
  if (database === null) throw new Error('No file is open.');
  return database;
}

/** @type {Result} */
const nothing = { rows: [], changes: 0 };

/**
 * @param {Request} request
 * @returns {Result}
 */
function handle(request) {
  switch (request.kind) {
    case 'open':
      database = new Libsql(request.path, request.isReadonly ? { readonly: true } : {});
      return nothing;
    case 'execute':
      // It leaves no statement open, in contrast to `prepare`.
      opened().exec(request.statement);
      return nothing;
    case 'query': {
      const prepared = opened().prepare(request.statement);
      if (prepared.reader) return { rows: prepared.all(request.parameters), changes: 0 };
      return { rows: [], changes: prepared.run(request.parameters).changes };
    }
    case 'rollback':
      // A full disk rolls the transaction back by itself.
      if (opened().inTransaction) opened().exec('rollback');
      return nothing;
    case 'checkpoint':
      // The log cannot be moved inside a transaction; what ends it asks again.
      if (!opened().inTransaction) tryPragma('wal_checkpoint(TRUNCATE)');
      return nothing;
    case 'close':
      close();
      return nothing;
  }
}

function close() {
  if (database === null) return;
  tryPragma('wal_checkpoint(TRUNCATE)');
  // Leaves one file that holds everything: outside this mode there is no write-ahead log.
  tryPragma('journal_mode = DELETE');
  database.close();
  database = null;
}

/**
 * Another process may be using the file, or the disk may be full; then everything stays in the log, where it is safe, and a write
 * reports it too.
 *
 * @param {string} pragma
 */
function tryPragma(pragma) {
  try {
    opened().exec(`pragma ${pragma}`);
  } catch {
    // Nothing is lost.
  }
}

/** @param {Partial<Record<'name' | 'message' | 'code' | 'rawCode', unknown>>} error */
function toPlainError({ name, message, code, rawCode }) {
  return { name, message, code, rawCode };
}

parentPort?.on('message', (/** @type {Request} */ request) => {
  try {
    parentPort?.postMessage({ result: handle(request) });
  } catch (error) {
    parentPort?.postMessage({ error: toPlainError(error instanceof Error ? error : new Error(String(error))) });
  }
  if (request.kind === 'close') parentPort?.close();
});
