import { createHash } from 'node:crypto';

import { BadUserInputError } from '../../error/bad-user-input-error.js';
import type { OrderKey, OrderName } from '../order/ordering.js';

/** A place in an ordered list: that of the item with this key and id, whether it is there or not. */
export interface Place {
  readonly key: OrderKey;
  readonly id: string;
}

/** A place as a cursor carries it. */
export interface CursorPlace extends Place {
  /** The key is only the beginning of the item's key. */
  readonly isKeyCut: boolean;
  /** The cursor itself. */
  readonly text: string;
  /** False: the key is cut or the id is a digest, so the item itself must be found to know its place. */
  readonly isExact: boolean;
}

/** No cursor is longer, in bytes; it consists of ASCII. */
export const maxCursorLength = 512;

/**
 * base64url of `[version, field, direction, key, id]`. A key that does not fit is cut between two characters and
 * followed by `true`; a very long id is replaced by a digest.
 */
export function encodeCursor({ field, direction, key, id }: OrderName & Place): string {
  const shortId = cursorIdOf(id);
  if (typeof key !== 'string') return write([version, field, direction, key, shortId]);
  if (key.length < maxJsonBytes) {
    const whole = write([version, field, direction, key, shortId]);
    if (whole.length <= maxCursorLength) return whole;
  }
  const room = maxJsonBytes - Buffer.byteLength(JSON.stringify([version, field, direction, '', shortId, true]));
  return write([version, field, direction, cutToFit(key, room), shortId, true]);
}

/**
 * Reads a cursor of the order at hand.
 *
 * @throws BadUserInputError, and nothing else, when it is not exactly what `encodeCursor` writes for this order.
 */
export function decodeCursor(text: string, order: OrderName): CursorPlace {
  const content = text.length > maxCursorLength ? null : read(text);
  if (content === null || write(content) !== text) {
    throw new BadUserInputError('This cursor cannot be read. Expected one that an earlier page gave, unchanged.');
  }
  const [, field, direction, key, id, isCut = false] = content;
  if (field !== order.field || direction !== order.direction) {
    throw new BadUserInputError('This cursor belongs to another order. Expected one from a page in the same order.');
  }
  return { text, key, id, isKeyCut: isCut, isExact: !isCut && !id.startsWith(digestMark) };
}

/** An id as cursors carry it: itself, or a digest where it is very long. */
export function cursorIdOf(id: string): string {
  // A UTF-16 unit takes at most six bytes in JSON.
  if (id.length * 6 <= maxIdBytes) return id;
  const json = JSON.stringify(id);
  if (Buffer.byteLength(json) <= maxIdBytes) return id;
  return `${digestMark}${createHash('sha256').update(json).digest('base64url')}`;
}

const version = 1;
/** base64 makes four characters of three bytes. */
const maxJsonBytes = (maxCursorLength / 4) * 3;
/** More than any id that planes send. */
const maxIdBytes = 160;
/** No id begins with it: each begins with a source name, which begins with a letter, or is of our own making. */
const digestMark = '#';

type Content = readonly [version: number, field: string, direction: string, key: OrderKey, id: string, isCut?: true];

function write(content: Content): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

function read(text: string): Content | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  return isContent(parsed) ? parsed : null;
}

function isContent(value: unknown): value is Content {
  if (!Array.isArray(value) || value.length < 5 || value.length > 6) return false;
  const [first, field, direction, key, id, isCut]: unknown[] = value;
  if (first !== version || typeof field !== 'string' || typeof direction !== 'string' || typeof id !== 'string') return false;
  if (value.length === 6) return isCut === true && typeof key === 'string';
  return key === null || typeof key === 'number' || typeof key === 'string';
}

function cutToFit(text: string, room: number): string {
  let [end, left] = [0, room];
  for (const character of text) {
    left -= Buffer.byteLength(JSON.stringify(character)) - 2;
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}
