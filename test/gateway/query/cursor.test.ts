import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { BadUserInputError } from '../../../src/model/errors.js';
import { beginsWith } from '../../../src/lib/code-points.js';
import { shortenCursorId, decodeCursor, encodeCursor } from '../../../src/gateway/query/cursor.js';
import type { OrderName } from '../../../src/model/task-order.js';
import { anyOrder, anyText, longText } from '../../support/generators/tasks.js';
import { unicode } from '../../support/generators/unicode.js';

const byName: OrderName = { field: 'NAME', direction: 'ASC' };
const byCreation: OrderName = { field: 'CREATED_AT', direction: 'DESC' };

function cursorOf(content: unknown): string {
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');
}

test('a cursor is base64url of version, field, direction, key and id', () => {
  const cursor = encodeCursor({ ...byCreation, key: 1_700_000_000_000, id: 'plane:1' });
  expect(cursor).toBe(cursorOf('[1,"CREATED_AT","DESC",1700000000000,"plane:1"]'));
  expect(decodeCursor(cursor, byCreation)).toMatchObject({ key: 1_700_000_000_000, id: 'plane:1', isKeyTruncated: false, isExact: true });
});

test('any position can be encoded and decoded', () => {
  const anyKey = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    anyText,
  );
  fc.assert(
    fc.property(anyOrder, anyKey, anyText, (order, key, id) => {
      const cursor = encodeCursor({ ...order, key, id });
      expect(cursor).toMatch(/^[\w-]{1,512}$/);
      expect(decodeCursor(cursor, order)).toEqual({
        text: cursor,
        key,
        id: shortenCursorId(id),
        isKeyTruncated: false,
        isExact: !id.startsWith('#'),
      });
    }),
  );
});

test('a long key is truncated between two characters so that the cursor fits, and is marked as truncated', () => {
  fc.assert(
    fc.property(longText, fc.oneof(anyText, longText), (key, id) => {
      const cursor = encodeCursor({ ...byName, key, id });
      const place = decodeCursor(cursor, byName);
      expect(cursor.length).toBeGreaterThan(490);
      expect(cursor.length).toBeLessThanOrEqual(512);
      expect(place).toMatchObject({ isKeyTruncated: true, isExact: false });
      expect(beginsWith(key, String(place.key))).toBe(true);
    }),
  );
});

test('a key of a megabyte costs no more than its beginning', () => {
  expect(encodeCursor({ ...byName, key: 'é'.repeat(500_000), id: 'a:1' }).length).toBeLessThanOrEqual(512);
});

test('a very long id is replaced by a digest', () => {
  const [one, other] = [`plane:${'i'.repeat(1_000)}1`, `plane:${'i'.repeat(1_000)}2`];
  const place = decodeCursor(encodeCursor({ ...byCreation, key: 1, id: one }), byCreation);
  expect(place).toMatchObject({ key: 1, id: shortenCursorId(one), isKeyTruncated: false, isExact: false });
  expect(shortenCursorId(one)).not.toBe(shortenCursorId(other));
});

describe('a cursor is refused', () => {
  test.each([
    ['empty', ''],
    ['no base64url', '%%%'],
    ['no JSON', cursorOf('[1,')],
    ['no list', cursorOf({ version: 1 })],
    ['of another version', cursorOf([2, 'CREATED_AT', 'DESC', 1, 'a:1'])],
    ['too short', cursorOf([1, 'CREATED_AT', 'DESC', 1])],
    ['too long a list', cursorOf([1, 'CREATED_AT', 'DESC', 'k', 'a:1', true, true])],
    ['with a key of an odd type', cursorOf([1, 'CREATED_AT', 'DESC', {}, 'a:1'])],
    ['with an id of an odd type', cursorOf([1, 'CREATED_AT', 'DESC', 1, 1])],
    ['with a cut key that is no text', cursorOf([1, 'CREATED_AT', 'DESC', 1, 'a:1', true])],
    ['that says it is not cut', cursorOf([1, 'CREATED_AT', 'DESC', 'k', 'a:1', false])],
    ['with white space in it', cursorOf('[1, "CREATED_AT","DESC",1,"a:1"]')],
    ['with a number in another form', cursorOf('[1,"CREATED_AT","DESC",1.0,"a:1"]')],
    ['with a number that is none', cursorOf('[1,"CREATED_AT","DESC",1e999,"a:1"]')],
    ['padded', `${cursorOf([1, 'CREATED_AT', 'DESC', 12, 'a:1'])}=`],
    ['followed by more', `${cursorOf([1, 'CREATED_AT', 'DESC', 1, 'a:1'])}!`],
    ['over 512 bytes', cursorOf([1, 'CREATED_AT', 'DESC', 1, 'a'.repeat(400)])],
  ])('when it is %s', (_, text) => {
    expect(() => decodeCursor(text, byCreation)).toThrow(
      new BadUserInputError('This cursor cannot be read. Expected one that an earlier page gave, unchanged.'),
    );
  });

  test.each([byName, { field: 'CREATED_AT', direction: 'ASC' } as const])('when it is of the order %j', (order) => {
    const cursor = encodeCursor({ ...order, key: 'k', id: 'a:1' });
    expect(() => decodeCursor(cursor, byCreation)).toThrow(
      new BadUserInputError('This cursor belongs to another order. Expected one from a page in the same order.'),
    );
  });

  test('with nothing but a BadUserInputError, whatever it is', () => {
    const json = fc.json({ maxDepth: 4 }).map(cursorOf);
    const nearly = fc.tuple(fc.constant(1), fc.constant('CREATED_AT'), fc.constant('DESC'), fc.jsonValue(), fc.jsonValue()).map(cursorOf);
    fc.assert(
      fc.property(fc.oneof(unicode({ maxLength: 2_000 }), fc.base64String({ maxLength: 2_000 }), json, nearly), (text) => {
        expect(reread(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What reading a cursor and writing it again gives; the text itself where it is refused as it should be. */
function reread(text: string): string {
  try {
    return encodeCursor({ ...byCreation, ...decodeCursor(text, byCreation) });
  } catch (error) {
    expect(error).toBeInstanceOf(BadUserInputError);
    return text;
  }
}
