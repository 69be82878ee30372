// @ts-check
/**
 * One connection to a SQLite file, in a worker thread: the driver blocks its thread until a statement is done, and a commit until
 * it is on the disk. It does what sqlite-thread.ts asks, in that order, and answers each request once.
 *
 * This is JavaScript because a worker starts from a file that Node can run as it is: in dist, in the package and under the tests.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';

import Libsql from 'libsql';

/** @typedef {Parameters<import('./sqlite-thread.js').SqliteThread['ask']>[0]} Request */
/** @typedef {Awaited<ReturnType<import('./sqlite-thread.js').SqliteThread['ask']>>} Result */

/** @type {import('libsql').Database | null} */
let database = null;

/**
 * The files that transactions must find as they were when the connection was opened. SQLite itself goes on to write into files
 * that have been removed or replaced.
 *
 * @type {{ readonly path: string, readonly identity: string, readonly beside: readonly WatchedFile[] } | null}
 */
let watched = null;

/** @typedef {{ readonly path: string, readonly identity: string, readonly described: string }} WatchedFile */

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
      if (request.identity !== null) refuseOtherFile(request.path, request.identity);
      database = new Libsql(request.path, request.isReadonly ? { readonly: true } : {});
      return nothing;
    case 'watch':
      watched = watch(request.path, request.lock);
      return { rows: [watched.identity], changes: 0 };
    case 'begin':
      if (watched !== null) refuseOtherFiles(watched);
      // It takes the write lock, so that no statement of the transaction can find the file busy: in libsql such a statement stays
      // open until it is garbage-collected, and nothing can be committed until then.
      opened().exec('begin immediate');
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
      tryPragma('wal_checkpoint(PASSIVE)');
      return nothing;
    case 'close':
      close();
      return nothing;
  }
}

/**
 * @param {string} path
 * @param {string} lock
 */
function watch(path, lock) {
  // SQLite creates the log when it first reads.
  opened().exec('select 1 from sqlite_master');
  const beside = [
    { path: `${realpathSync(path)}-wal`, described: 'its write-ahead log' },
    { path: lock, described: 'the lock that keeps other gateways from it,' },
  ].flatMap((file) => {
    const identity = identify(file.path);
    // Some file systems allow no log.
    return identity === null ? [] : [{ ...file, identity }];
  });
  return { path, identity: identify(path) ?? '', beside };
}

/** @param {NonNullable<typeof watched>} files */
function refuseOtherFiles({ path, identity, beside }) {
  refuseOtherFile(path, identity);
  for (const file of beside) {
    if (identify(file.path) === file.identity) continue;
    // What the log held is still in its connection, which brings it into the file when it is closed.
    refuse(
      `${file.described} ${basename(file.path)} was removed or replaced; stop the gateway with a signal, not by force, and start it again`,
    );
  }
}

/**
 * @param {string} path
 * @param {string} identity
 */
function refuseOtherFile(path, identity) {
  switch (identify(path)) {
    case identity:
      return;
    case null:
      return refuse('its file was removed; put the same file back, or start the gateway again, which then begins a new store');
    case empty:
      return refuse('its file was emptied; stop the gateway, restore a backup and start it again');
    default:
      return refuse('another file was put in its place; put the first one back, or start the gateway again to use the new one');
  }
}

const empty = 'empty';

/**
 * Which file is at a path; null where there is none.
 *
 * @param {string} path
 */
function identify(path) {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return null;
  // A database is never empty once it has been opened, and the files beside it may be.
  return found.size === 0n && path === watched?.path ? empty : `${found.dev}:${found.ino}`;
}

/**
 * @param {string} reason
 * @returns {never}
 */
function refuse(reason) {
  throw Object.assign(new Error(reason), { code: 'STORE_FILE_CHANGED' });
}

function close() {
  if (database === null) return;
  // The log at that path may belong to another file by now, and to another process.
  if (watched === null || identify(watched.path) === watched.identity) {
    tryPragma('wal_checkpoint(TRUNCATE)');
    // Leaves one file that holds everything: outside this mode there is no write-ahead log.
    tryPragma('journal_mode = DELETE');
  }
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
