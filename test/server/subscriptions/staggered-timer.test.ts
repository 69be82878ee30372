import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { StaggeredTimer } from '../../../src/server/subscriptions/staggered-timer.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('Every member is visited once in a period, in fifteen parts, until it is deleted or the timer stops.', () => {
  const visits = new Map<number, number>();
  const timer = new StaggeredTimer<number>(15_000, (member) => void visits.set(member, (visits.get(member) ?? 0) + 1));
  for (let member = 0; member < 100; member++) timer.add(member);
  jest.advanceTimersByTime(1_000);
  expect(visits.size).toBeLessThanOrEqual(Math.ceil(100 / 15));
  jest.advanceTimersByTime(14_000);
  expect([visits.size, Math.min(...visits.values()), Math.max(...visits.values())]).toEqual([100, 1, 1]);
  timer.delete(42);
  expect(timer.members().toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, n) => n).filter((n) => n !== 42));
  jest.advanceTimersByTime(15_000);
  expect([visits.get(41), visits.get(42)]).toEqual([2, 1]);
  timer.stop();
  jest.advanceTimersByTime(60_000);
  expect([visits.get(41), jest.getTimerCount()]).toEqual([2, 0]);
});
