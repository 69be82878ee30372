import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Longer files are not read, in bytes: the longest that makes sense is a manifest of trusted documents. */
const maxBytes = 16 * 1024 * 1024;

/** Why a file is not the text that was expected, as `code`. */
class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
  readonly code: 'NOT_A_FILE' | 'TOO_LARGE' | 'NOT_TEXT';

  constructor(code: UnusableFileError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What the shell gave this process to read from: it may be a pipe, as in `--config /dev/stdin` or `--config <(…)`. */
const ownInput = /^\/dev\/(?:stdin|fd\/\d+)$/;

/**
 * Reads a text file, without a byte order mark. A pipe or a device is not even opened, because reading it may never end; only the
 * input of this process may be one. Throws an UnusableFileError, or what the file system throws.
 */
export function readRegularFile(path: string): string {
  const isOwnInput = ownInput.test(path);
  if (!isOwnInput) requireRegularFile(path);
  // Another file may have taken its place, and opening a pipe would wait for its writer.
  const descriptor = openSync(path, isOwnInput ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!isOwnInput && !fstatSync(descriptor).isFile()) throw createNotFileError();
    return decode(readBytes(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Throws unless the path is that of a regular file, also behind symbolic links. A folder is the EISDIR of the file system. */
function requireRegularFile(path: string): void {
  const stat = statSync(path);
  if (stat.isDirectory()) throw Object.assign(new Error('This is a folder.'), { code: 'EISDIR' });
  if (!stat.isFile()) throw createNotFileError();
}

function createNotFileError(): UnusableFileError {
  return new UnusableFileError('NOT_A_FILE', 'This is a pipe, a device or a socket, and not a file.');
}

/** The size that the system reports is not trusted: files of /proc have none, and others grow. */
function readBytes(descriptor: number): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; ;) {
    const chunk = Buffer.alloc(65_536);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    size += count;
    if (size > maxBytes) throw new UnusableFileError('TOO_LARGE', 'This file is larger than 16 MiB.');
    chunks.push(chunk.subarray(0, count));
  }
}

function decode(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableFileError('NOT_TEXT', 'This file is not UTF-8 text.');
  }
  if (text.includes('\0')) throw new UnusableFileError('NOT_TEXT', 'This file is not text: it has NUL characters.');
  return text;
}
