import { expect, test } from '@jest/globals';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { answerOf } from './response.js';

const now = Date.UTC(2026, 10, 21, 8);

test.each([
  ['7', 7_000],
  [' 120 ', 120_000],
  ['999999999', 999_999_999_000],
  ['Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 08:01:00 GMT', 60_000],
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
  '99999999999999999999',
  'Sat, 21 Nov 2026 07:59:59 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
])('%j is ignored', (value) => {
  expect(answerOf(503, { 'retry-after': value }, '', now).retryAfterMs).toBeNull();
});

test('a missing header is null', () => {
  expect(answerOf(503).retryAfterMs).toBeNull();
});

test('retryAfterMs of a problem is rounded up to whole milliseconds, and is at most one hour', () => {
  expect(new SourceProblemError('RATE_LIMITED', 'Slower.', { retryAfterMs: 1.2 }).retryAfterMs).toBe(2);
  expect(new SourceProblemError('RATE_LIMITED', 'Slower.', { retryAfterMs: 1e12 }).retryAfterMs).toBe(3_600_000);
});
