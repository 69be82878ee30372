import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { computeDuration, parseInstant } from '../../src/model/scalars.js';

const noon = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  ['2026-11-21T12:00:00Z', noon],
  ['2026-11-21T12:00:00z', noon],
  ['2026-11-21T12:00Z', noon],
  ['  2026-11-21T12:00:00.000Z\n', noon],
  ['2026-11-21T12:00:00.5Z', noon + 500],
  ['2026-11-21T12:00:00.123456Z', noon + 123],
  ['2026-11-21T12:00:00.999999999Z', noon + 999],
  ['2026-11-21T12:00:00,25Z', noon + 250],
  ['2026-11-21T13:00:00+01:00', noon],
  ['2026-11-21T13:00:00.000+0100', noon],
  ['2026-11-21T06:30:00-05:30', noon],
  ['1970-01-20T06:19:07.495Z', 1_664_347_495],
])('"%s" is parsed.', (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  '',
  ' ',
  'never',
  'string',
  '1732190400000',
  '2026-11-21',
  '2026-11-21 12:00:00Z',
  '2026-11-21T12:00:00',
  '2026-13-01T00:00:00Z',
  '2026-02-31T25:00:00Z',
  '2026-11-21T12:00:00+99:00',
  '2026-11-21T12:00:00.Z',
  '+020026-11-21T12:00:00Z',
])('"%s" is not an instant.', (text) => {
  expect(parseInstant(text)).toBeNull();
});

test('No text makes it throw, and every result is a valid date.', () => {
  const near = fc.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d{0,12})?(Z|[+-]\d{2}:?\d{2})?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      const instant = parseInstant(text);
      if (instant !== null) expect(() => new Date(instant).toISOString()).not.toThrow();
    }),
  );
});

test('Every instant from year 0 to 9999 can be formatted and parsed again.', () => {
  const dates = fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => expect(parseInstant(date.toISOString())).toBe(date.getTime())));
});

test('A duration needs both ends, both from 2000 on, in their order.', () => {
  expect(computeDuration(noon, noon + 1_500)).toBe(1_500);
  expect(computeDuration(noon, noon)).toBe(0);
  expect(computeDuration(noon, noon - 1)).toBeNull();
  expect(computeDuration(null, noon)).toBeNull();
  expect(computeDuration(noon, null)).toBeNull();
  expect(computeDuration(1_664_347_495, noon)).toBeNull();
  expect(computeDuration(1_664_347_495, 1_664_347_500)).toBeNull();
  expect(computeDuration(Date.UTC(2000, 0, 1) - 1, noon)).toBeNull();
  expect(computeDuration(Date.UTC(2000, 0, 1), noon)).toBe(noon - Date.UTC(2000, 0, 1));
});
