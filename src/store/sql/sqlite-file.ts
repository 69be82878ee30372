import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { findErrorCode } from '../../model/errors.js';
import { StoreError } from '../store.js';
import { describeFolderProblem } from './sqlite-errors.js';

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
