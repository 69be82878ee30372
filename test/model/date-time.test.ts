import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Kind } from 'graphql';
import { DateTime } from '../../src/model/scalars.js';

test('An instant is serialized in UTC with milliseconds.', () => {
  expect(DateTime.serialize(Date.UTC(2026, 10, 21, 8))).toBe('2026-11-21T08:00:00.000Z');
  expect(DateTime.serialize(0)).toBe('1970-01-01T00:00:00.000Z');
});

test.each(['2026-11-21T08:00:00.000Z', '2026-11-21T08:00:00Z', '2026-11-21T09:00:00+01:00'])(
  '"%s" is parsed, as a variable and as a literal.',
  (text) => {
    expect(DateTime.parseValue(text)).toBe(Date.UTC(2026, 10, 21, 8));
    expect(DateTime.parseLiteral({ kind: Kind.STRING, value: text })).toBe(Date.UTC(2026, 10, 21, 8));
  },
);

test.each(['', 'yesterday', '2026-11-21', '2026-11-21T08:00:00', '2026-02-30T08:00:00Z', 1_763_712_000_000, true, null, {}, []])(
  '%p is refused with a message that does not repeat it.',
  (value) => {
    expect(() => DateTime.parseValue(value)).toThrow(/^A DateTime is an ISO-8601 instant with a time zone/);
  },
);

test('A number literal is refused.', () => {
  expect(() => DateTime.parseLiteral({ kind: Kind.INT, value: '1763712000000' })).toThrow(/^A DateTime is/);
});

test('A serialized instant is parsed as the same instant.', () => {
  const dates = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => expect(DateTime.parseValue(DateTime.serialize(date.getTime()))).toBe(date.getTime())));
});
