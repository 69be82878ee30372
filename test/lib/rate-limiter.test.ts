import { expect, test } from '@jest/globals';
import { assert, array, integer, property, tuple } from 'fast-check';

import { RateLimiter } from '../../src/lib/rate-limiter.js';

function limiterAt(most: number, windowMs = 1_000): { readonly limiter: RateLimiter; readonly clock: { now: number } } {
  const clock = { now: 5 };
  return { limiter: new RateLimiter({ most, windowMs, now: () => clock.now }), clock };
}

test('a caller takes all at once, then one after another, and the reported wait is exact', () => {
  const { limiter, clock } = limiterAt(4);
  for (let i = 0; i < 4; i += 1) expect(limiter.take('a', 1)).toBe(0);
  expect(limiter.take('a', 1)).toBe(250);
  clock.now += 249;
  expect(limiter.take('a', 1)).toBe(1);
  clock.now += 1;
  expect(limiter.take('a', 1)).toBe(0);
  expect(limiter.take('a', 1)).toBe(250);
});

test('each caller has its own', () => {
  const { limiter } = limiterAt(1);
  expect([limiter.take('a', 1), limiter.take('b', 1), limiter.take('a', 1)]).toEqual([0, 0, 1_000]);
});

test('several are taken together or not at all, and more than the rate allows never', () => {
  const { limiter } = limiterAt(10);
  expect(limiter.take('a', 11)).toBe(Infinity);
  expect(limiter.take('a', 8)).toBe(0);
  expect(limiter.take('a', 3)).toBe(100);
  expect(limiter.take('a', 2)).toBe(0);
});

test('what is refunded can be taken again, and no more than that', () => {
  const { limiter } = limiterAt(10);
  expect(limiter.take('a', 10)).toBe(0);
  limiter.refund('a', 4);
  expect(limiter.take('a', 5)).toBe(100);
  expect(limiter.take('a', 4)).toBe(0);
  limiter.refund('nobody', 4);
  expect(limiter.take('nobody', 11)).toBe(Infinity);
});

test('0 is no limit', () => {
  const { limiter } = limiterAt(0);
  expect(limiter.take('a', 1_000_000)).toBe(0);
  expect(limiter.take('a', 1_000_000)).toBe(0);
});

test('in a flood of callers the last 10,000 are remembered, and the first ones are forgotten', () => {
  const { limiter } = limiterAt(1);
  for (let i = 0; i < 35_000; i += 1) limiter.take(`caller ${i}`, 1);
  const isRemembered = (i: number) => limiter.take(`caller ${i}`, 1) > 0;
  expect(Array.from({ length: 10_000 }, (_, i) => isRemembered(34_999 - i))).not.toContain(false);
  expect(Array.from({ length: 100 }, (_, i) => isRemembered(i))).not.toContain(true);
});

test('whatever the schedule, no window has more than twice the rate, and a pause restores all', () => {
  const steps = array(tuple(integer({ min: 0, max: 400 }), integer({ min: 1, max: 5 })), { maxLength: 100 });
  assert(
    property(integer({ min: 1, max: 5 }), steps, (most, schedule) => {
      const { limiter, clock } = limiterAt(most);
      const taken: { at: number; count: number }[] = [];
      for (const [pauseMs, count] of schedule) {
        clock.now += pauseMs;
        if (limiter.take('a', count) === 0) taken.push({ at: clock.now, count });
      }
      for (const { at } of taken) {
        const inWindow = taken.filter((one) => one.at >= at && one.at < at + 1_000).reduce((sum, { count }) => sum + count, 0);
        expect(inWindow).toBeLessThanOrEqual(2 * most);
      }
      clock.now += 1_000;
      expect(limiter.take('a', most)).toBe(0);
    }),
  );
});
