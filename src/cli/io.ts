import { type BigIntStats, statSync } from 'node:fs';

import { escapeInvisible } from '../lib/invisible-text.js';
import { readRegularFile } from '../lib/text-file.js';
import { findErrorCode } from '../model/errors.js';

/** Where a command writes. */
export interface Output {
  /** Writes one line to standard output. */
  out(line: string): void;
  /** Writes one line to standard error. */
  err(line: string): void;
}

/** The files that a command reads and writes. */
interface FileSystem {
  /** Reads a file as text; throws what the file system throws. */
  readFile(path: string): string;
  /** Writes a file atomically, readable for its owner alone; throws what the file system throws. */
  writeFile(path: string, text: string): void;
  exists(path: string): boolean;
  /** Differs when the file may have changed; null when there is none. Symbolic links are followed. It never throws. */
  fileVersion(path: string): string | null;
  /** Whether every account of the machine may change a file; false where the system does not say. It never throws. */
  isWritableByOthers(path: string): boolean;
}

/** What a command may use of the process in which it runs. */
export interface Io extends Output, FileSystem {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether standard error is shown to a person. */
  readonly isErrTerminal: boolean;
  /** What the user should know of the process itself, such as the age of Node.js. */
  readonly notices: readonly string[];
  /** Passes the warnings of Node.js and of its packages to a listener, instead of writing them to standard error. */
  onWarning(listener: (warning: Error) => void): void;
  /** The folder of the built explorer. */
  readonly explorerFolder: string;
  /** The version of the package. */
  readonly version: string;
}

/** A line as it is written to the output of the process: what planes and callers wrote must not move the cursor of a terminal. */
export const formatOutputLine = (line: string): string => `${escapeInvisible(line)}\n`;

/** The `readFile` of a real file system. */
export const readFileText: FileSystem['readFile'] = readRegularFile;

/** The `fileVersion` of a real file system. Why a file cannot be looked at, such as EACCES, is a version too. */
export function readFileVersion(path: string): string | null {
  const stat = inspectFile(path);
  if (stat === null || typeof stat === 'string') return stat;
  return [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}

/** The `isWritableByOthers` of a real file system that has such permissions. */
export function isFileWritableByOthers(path: string): boolean {
  const stat = inspectFile(path);
  return stat !== null && typeof stat !== 'string' && (stat.mode & 0o002n) !== 0n;
}

/** Null where there is no file; the code of the error where it cannot be looked at: `throwIfNoEntry` is about ENOENT alone. */
function inspectFile(path: string): BigIntStats | string | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return findErrorCode(error) ?? 'unknown reason';
  }
}

/** Only files that others can change are reported: files that others can read are common, such as secrets that Kubernetes mounts. */
export function describeWritableFile(path: string): string {
  return `Every account of this machine can change ${path}, and with it who has access or where credentials are sent. Run chmod o-w on it.`;
}
