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
  ['2020-02-29T12:00:00Z', Date.UTC(2020, 1, 29, 12)],
  ['2000-02-29T12:00:00Z', Date.UTC(2000, 1, 29, 12)],
  ['2026-11-22T02:00:00+14:00', noon],
  ['2026-11-20T22:00:00-14:00', noon],
  ['2026-11-21T12:00:00-00:00', noon],
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
  '2020-02-30T12:00:00Z',
  '2021-02-29T12:00:00Z',
  '1900-02-29T12:00:00Z',
  '2026-04-31T12:00:00Z',
  '2026-11-00T12:00:00Z',
  '2026-00-01T12:00:00Z',
  '2026-11-21T24:00:00Z',
  '2026-11-21T23:59:60Z',
  '2026-11-21T23:60:00Z',
  '2026-11-21T12:00:00+14:01',
  '2026-11-21T12:00:00-18:00',
  '2026-11-21T12:00:00+23:59',
  '2026-11-21T12:00:00+01:60',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '10000-01-01T00:00:00Z',
  '-2026-11-21T12:00:00Z',
  '1e12',
  'NaN',
  'Infinity',
  '-0',
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

test('A time is parsed when its day exists in its month, and then shows the day, hour and minute that were sent.', () => {
  const part = (max: number): fc.Arbitrary<string> => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
  const [year, zone] = [fc.integer({ min: 1, max: 9999 }).map((value) => String(value).padStart(4, '0')), fc.constantFrom('Z', '+00:00')];
  fc.assert(
    fc.property(year, part(13), part(32), part(25), part(61), zone, (y, month, day, hour, minute, offset) => {
      const sent = `${y}-${month}-${day}T${hour}:${minute}`;
      const instant = parseInstant(`${sent}${offset}`);
      const last = new Date(0);
      last.setUTCFullYear(Number(y), Number(month), 0);
      const exists = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last.getUTCDate();
      const isReal = exists && Number(hour) <= 23 && Number(minute) <= 59;
      expect(instant === null ? null : new Date(instant).toISOString().slice(0, 16)).toBe(isReal ? sent : null);
    }),
  );
});

test('Every instant from year 1 to 9999 can be formatted and parsed again.', () => {
  const dates = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
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
