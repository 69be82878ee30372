import { createHash } from 'node:crypto';

import { BadUserInputError } from '../../model/errors.js';
import type { OrderKey, OrderName } from '../../model/task-order.js';

/** A position in an ordered list: that of the item with this key and id, whether it is there or not. */
interface ListPosition {
  readonly key: OrderKey;
  readonly id: string;
}

/** A cursor, decoded. */
export interface DecodedCursor extends ListPosition {
  /** The key is only the beginning of the item's key. */
  readonly isKeyTruncated: boolean;
  /** The cursor as it was sent. */
  readonly text: string;
  /** False: the key is truncated or the id is a digest, so the item itself must be found to know its position. */
  readonly isExact: boolean;
}

/** The greatest length of a cursor, in bytes of ASCII: a page of 200 edges carries 100 kB of them at most. */
const maxCursorLength = 512;

/**
 * base64url of `[version, field, direction, key, id]`. A key that does not fit is truncated between two characters, and
 * `true` is appended; a very long id is replaced by a digest.
 */
export function encodeCursor({ field, direction, key, id }: OrderName & ListPosition): string {
  const shortId = shortenCursorId(id);
  if (typeof key !== 'string') return formatContent([cursorVersion, field, direction, key, shortId]);
  if (key.length < maxJsonBytes) {
    const whole = formatContent([cursorVersion, field, direction, key, shortId]);
    if (whole.length <= maxCursorLength) return whole;
  }
  const maxKeyBytes = maxJsonBytes - Buffer.byteLength(JSON.stringify([cursorVersion, field, direction, '', shortId, true]));
  return formatContent([cursorVersion, field, direction, truncateToFit(key, maxKeyBytes), shortId, true]);
}

/**
 * Decodes a cursor of an order.
 *
 * @throws BadUserInputError, and nothing else, when it is not exactly what `encodeCursor` writes for this order.
 */
export function decodeCursor(text: string, order: OrderName): DecodedCursor {
  const content = text.length > maxCursorLength ? null : parseContent(text);
  if (content === null || formatContent(content) !== text) {
    throw new BadUserInputError('This cursor cannot be read. Expected one that an earlier page gave, unchanged.');
  }
  const [, field, direction, key, id, isTruncated = false] = content;
  if (field !== order.field || direction !== order.direction) {
    throw new BadUserInputError('This cursor belongs to another order. Expected one from a page in the same order.');
  }
  return { text, key, id, isKeyTruncated: isTruncated, isExact: !isTruncated && !id.startsWith(digestMark) };
}

/** The id as cursors carry it: a digest where it is very long. */
export function shortenCursorId(id: string): string {
  // A UTF-16 unit takes at most six bytes in JSON.
  if (id.length * 6 <= maxIdBytes) return id;
  const json = JSON.stringify(id);
  if (Buffer.byteLength(json) <= maxIdBytes) return id;
  return `${digestMark}${createHash('sha256').update(json).digest('base64url')}`;
}

const cursorVersion = 1;

/** base64 encodes three bytes as four characters. */
const maxJsonBytes = (maxCursorLength / 4) * 3;

/** Longer than any id that planes send. */
const maxIdBytes = 160;

/** No id begins with it: an id begins with a source name, and so with a letter, or is made by the gateway. */
const digestMark = '#';

type CursorContent = readonly [version: number, field: string, direction: string, key: OrderKey, id: string, isTruncated?: true];

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
  const [first, field, direction, key, id, isTruncated]: unknown[] = value;
  if (first !== cursorVersion || typeof field !== 'string' || typeof direction !== 'string' || typeof id !== 'string') return false;
  if (value.length === 6) return isTruncated === true && typeof key === 'string';
  return key === null || typeof key === 'number' || typeof key === 'string';
}

function truncateToFit(text: string, maxBytes: number): string {
  let [end, left] = [0, maxBytes];
  for (const character of text) {
    left -= Buffer.byteLength(JSON.stringify(character)) - 2;
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}
