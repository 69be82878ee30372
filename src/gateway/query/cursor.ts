import { createHash } from 'node:crypto';

import { BadUserInputError } from '../../model/errors.js';
import type { OrderKey, OrderName } from '../../model/task-order.js';

/** A place in an ordered list: that of the item with this key and id, whether it is there or not. */
export interface ListPosition {
  readonly key: OrderKey;
  readonly id: string;
}

/** A place as a cursor carries it. */
export interface DecodedCursor extends ListPosition {
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
export function encodeCursor({ field, direction, key, id }: OrderName & ListPosition): string {
  const shortId = shortenCursorId(id);
  if (typeof key !== 'string') return formatContent([cursorVersion, field, direction, key, shortId]);
  if (key.length < maxJsonBytes) {
    const whole = formatContent([cursorVersion, field, direction, key, shortId]);
    if (whole.length <= maxCursorLength) return whole;
  }
  const room = maxJsonBytes - Buffer.byteLength(JSON.stringify([cursorVersion, field, direction, '', shortId, true]));
  return formatContent([cursorVersion, field, direction, cutToFit(key, room), shortId, true]);
}

/**
 * Reads a cursor of the order at hand.
 *
 * @throws BadUserInputError, and nothing else, when it is not exactly what `encodeCursor` writes for this order.
 */
export function decodeCursor(text: string, order: OrderName): DecodedCursor {
  const content = text.length > maxCursorLength ? null : parseContent(text);
  if (content === null || formatContent(content) !== text) {
    throw new BadUserInputError('This cursor cannot be read. Expected one that an earlier page gave, unchanged.');
  }
  const [, field, direction, key, id, isCut = false] = content;
  if (field !== order.field || direction !== order.direction) {
    throw new BadUserInputError('This cursor belongs to another order. Expected one from a page in the same order.');
  }
  return { text, key, id, isKeyCut: isCut, isExact: !isCut && !id.startsWith(digestMark) };
}

/** An id as cursors carry it: itself, or a digest where it is very long. */
export function shortenCursorId(id: string): string {
  // A UTF-16 unit takes at most six bytes in JSON.
  if (id.length * 6 <= maxIdBytes) return id;
  const json = JSON.stringify(id);
  if (Buffer.byteLength(json) <= maxIdBytes) return id;
  return `${digestMark}${createHash('sha256').update(json).digest('base64url')}`;
}

const cursorVersion = 1;

/** base64 makes four characters of three bytes. */
const maxJsonBytes = (maxCursorLength / 4) * 3;

/** More than any id that planes send. */
const maxIdBytes = 160;

/** No id begins with it: each begins with a source name, which begins with a letter, or is of our own making. */
const digestMark = '#';

type CursorContent = readonly [version: number, field: string, direction: string, key: OrderKey, id: string, isCut?: true];

function formatContent(content: CursorContent): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

function parseContent(text: string): CursorContent | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  return isCursorContent(parsed) ? parsed : null;
}

function isCursorContent(value: unknown): value is CursorContent {
  if (!Array.isArray(value) || value.length < 5 || value.length > 6) return false;
  const [first, field, direction, key, id, isCut]: unknown[] = value;
  if (first !== cursorVersion || typeof field !== 'string' || typeof direction !== 'string' || typeof id !== 'string') return false;
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
