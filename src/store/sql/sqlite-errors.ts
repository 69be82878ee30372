import { accessSync, constants, existsSync } from 'node:fs';
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
export function describeFolderProblem(path: string): string {
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
