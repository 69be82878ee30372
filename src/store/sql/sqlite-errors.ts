import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, openSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import { findErrorCode } from '../../model/errors.js';
import { StoreError } from '../store.js';
import { SqliteThreadError } from './sqlite-thread.js';

/** The primary result codes of SQLite: the driver does not know the names of all extended ones. */
const resultCodes = {
  statement: 1,
  busy: 5,
  locked: 6,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const;

function findResultCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  return 'cause' in error ? findResultCode(error.cause) : null;
}

export function isBusy(error: unknown): boolean {
  const code = findResultCode(error);
  return code === resultCodes.busy || code === resultCodes.locked;
}

/** The code with which the thread refuses a transaction, because another file is in the place of the one it has opened. */
const fileChangedCode = 'STORE_FILE_CHANGED';

/** Whether the file cannot be used, in contrast to a value that it does not take. */
export function isSqliteOutage(error: unknown): boolean {
  if (error instanceof SqliteThreadError || findErrorCode(error) === fileChangedCode) return true;
  return Object.values<number | null>(resultCodes).includes(findResultCode(error));
}

export function describeSqliteError(error: unknown, path: string): string {
  if (error instanceof StoreError) return error.message;
  if (error instanceof SqliteThreadError) return 'the thread that used it has ended';
  if (error instanceof Error && findErrorCode(error) === fileChangedCode) return error.message;
  const folder = dirname(path);
  switch (findResultCode(error)) {
    case resultCodes.statement:
      return `its tables are not as this version of Tributary makes them (${error instanceof Error ? error.message : ''})`;
    case resultCodes.busy:
    case resultCodes.locked:
      return 'another process has locked it';
    case resultCodes.notDatabase:
      return 'it is no SQLite database';
    case resultCodes.corrupt:
      return 'its content is damaged; restore a backup';
    case resultCodes.full:
      return `the disk of the folder ${folder} is full`;
    case resultCodes.io:
      return `the disk of the folder ${folder} reports an error (${findErrorCode(error)})`;
    case resultCodes.readonly:
    case resultCodes.cannotOpen:
      return isWritable(path) ? describeFolderProblem(path) : 'this user may not write it';
    default:
      return describeFileError(findErrorCode(error), path) ?? String(error);
  }
}

/** The database itself can be written, so it is the files beside it that cannot. */
function describeFolderProblem(path: string): string {
  const file = basename(path);
  return `${file}-wal and ${file}-shm cannot be written in its folder ${dirname(path)}; this user must be able to create files there`;
}

function describeFileError(code: string | null, path: string): string | null {
  const folder = dirname(path);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return existsSync(path) ? 'this user may not write it' : `this user may not create files in its folder ${folder}`;
    case 'EROFS':
      return `the file system of its folder ${folder} is read-only`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of the folder ${folder} is full`;
    case 'ENOENT':
      return `its folder ${folder} is not there`;
    case 'ENOTDIR':
      return `${folder} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'ELOOP':
      return 'its path is a circle of symbolic links';
    case 'ENAMETOOLONG':
      return 'its path is too long';
    default:
      return null;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What lies beside a database: its log, the index of that, the lock of the gateway, and the journal of other modes. */
const endings = ['', '-wal', '-shm', '-lock', '-journal'];

/** Throws a StoreError when the database, or a file beside it, is something that opening would wait for, or that is no file. */
export function refuseUnusualFiles(path: string): void {
  for (const ending of endings) {
    const found = statSync(`${path}${ending}`, { throwIfNoEntry: false });
    const kind = found === undefined ? null : describeKind(found);
    if (kind !== null) throw new StoreError(`${ending === '' ? 'it' : basename(path) + ending} is ${kind}`);
  }
}

function describeKind(found: Stats): string | null {
  // A folder is found when it is opened.
  if (found.isFile() || found.isDirectory()) return null;
  if (found.isFIFO()) return 'a FIFO, not a file';
  return found.isSocket() ? 'a socket, not a file' : 'a device, not a file';
}

const unwritable: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EISDIR']);

/** Writes a file into the folder, as SQLite does beside its database, and removes it. */
export function checkFolder(path: string, exists: boolean): void {
  const probe = `${path}-${randomUUID()}`;
  explainUnwritableFolder(path, exists, () => {
    try {
      writeFileSync(probe, Buffer.alloc(65_536), { flag: 'wx', mode: 0o600 });
      for (const beside of [`${path}-wal`, `${path}-shm`]) if (existsSync(beside)) closeSync(openSync(beside, 'r+'));
    } finally {
      rmSync(probe, { force: true });
    }
  });
}

/** Runs a job that creates files beside the database. */
export function explainUnwritableFolder<Value>(path: string, exists: boolean, job: () => Value): Value {
  try {
    return job();
  } catch (error) {
    if (exists && unwritable.has(findErrorCode(error) ?? '')) throw new StoreError(describeFolderProblem(path), { cause: error });
    throw error;
  }
}
