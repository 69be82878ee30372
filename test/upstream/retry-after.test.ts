import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { parseHttpDate } from '../../src/upstream/pause/http-date.js';
import { answerOf } from './response.js';

const now = Date.UTC(2026, 10, 21, 8);

test.each([
  ['7', 7_000],
  [' 120 ', 120_000],
  ['3599', 3_599_000],
  ['3601', 3_600_000],
  ['999999999', 3_600_000],
  ['1000000000', 3_600_000],
  ['99999999999999999999', 3_600_000],
  ['9'.repeat(400), 3_600_000],
  ['0.5', 500],
  ['1.0004', 1_001],
  ['007', 7_000],
  ['Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 08:01:00 GMT', 60_000],
  ['Sat Nov 21 08:00:02 2026', 2_000],
  ['Fri Dec  4 08:00:00 2026', 3_600_000],
  ['Mon, 21 Nov 2026 08:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 08:00:60 GMT', 59_000],
  ['Saturday, 21-Nov-75 08:01:00 GMT', 3_600_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
  ['2026-11-21T08:00:30Z', 30_000],
])('%j is %d ms', (value, ms) => {
  expect(answerOf(503, { 'retry-after': value }, '', now).retryAfterMs).toBe(ms);
});

test.each([
  '',
  ' ',
  '0',
  '-5',
  '+5',
  '1e3',
  '0x10',
  '1.5.2',
  'soon',
  'NaN',
  'Infinity',
  '-1e9',
  '.5',
  '5.',
  '5 s',
  '5, 6',
  '０５',
  'soon 2040',
  'Sat, 21 Nov 2026 07:59:59 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Saturday, 21-Nov-77 08:01:00 GMT',
  'Mon, 30 Feb 2040 08:00:00 GMT',
  'Sat, 21 Nov 2026 24:00:00 GMT',
  'Sat, 21 Nov 2026 09:00:00 PST',
  'Sat, 21 Nov 2026 09:00:00',
  'sat, 21 nov 2026 09:00:00 gmt',
  'Sat, 1 Dec 2026 09:00:00 GMT',
  '2026-02-30T08:00:00Z',
  '2040-02-30T08:00:00Z',
])('%j is ignored', (value) => {
  expect(answerOf(503, { 'retry-after': value }, '', now).retryAfterMs).toBeNull();
});

test('every date of HTTP, in each format, is understood as it was written', () => {
  const dates = fc.date({ min: new Date('1980-01-01T00:00:00Z'), max: new Date('2075-01-01T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const ms = Math.floor(date.getTime() / 1_000) * 1_000;
      // Sun, 06 Nov 1994 08:49:37 GMT
      const [, day = '', month = '', year = '', time = ''] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
      const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
      const name = names[date.getUTCDay()] ?? '';
      const texts = [
        date.toUTCString(),
        `${name}, ${day}-${month}-${year.slice(-2)} ${time} GMT`,
        `${name.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
      ];
      expect(texts.map((text) => parseHttpDate(text, now))).toEqual([ms, ms, ms]);
    }),
  );
});

test('no text makes it throw, and what it gives is between nothing and an hour', () => {
  const near = fc.stringMatching(/^(?:-?\d{0,25}(?:\.\d{0,5})?|[A-Z][a-z]{2,8},? \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT)$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (value) => {
      const { retryAfterMs } = answerOf(503, { 'retry-after': value }, '', now);
      expect(retryAfterMs === null || (Number.isInteger(retryAfterMs) && retryAfterMs > 0 && retryAfterMs <= 3_600_000)).toBe(true);
    }),
  );
});

test('a missing header is null', () => {
  expect(answerOf(503).retryAfterMs).toBeNull();
});

test('retryAfterMs of a problem is rounded up to whole milliseconds, and is at most one hour', () => {
  expect(new SourceProblemError('RATE_LIMITED', 'Slower.', { retryAfterMs: 1.2 }).retryAfterMs).toBe(2);
  expect(new SourceProblemError('RATE_LIMITED', 'Slower.', { retryAfterMs: 1e12 }).retryAfterMs).toBe(3_600_000);
});
