import { expect, test } from '@jest/globals';

import { PendingActions } from '../../../src/gateway/actions/task-lock.js';

const clock = { now: 1_000 };
const guardAt = (now = 1_000) => {
  clock.now = now;
  return new PendingActions(() => clock.now);
};
const failed = { id: 'a:1', status: 'FAILED', observedAt: 0 } as const;
const running = { id: 'a:1', status: 'RUNNING', observedAt: 0 } as const;

test('a task is busy while an action is being sent, however long that takes and whatever its status', () => {
  const guard = guardAt();
  expect(guard.isBusy(failed)).toBe(false);
  guard.begin('a:1');
  clock.now += 3_600_000;
  expect([guard.isBusy(failed), guard.isBusy(running), guard.isBusy({ ...failed, id: 'a:2' })]).toEqual([true, true, false]);
});

test('after sending, a task is busy for 60 seconds or until its status changes', () => {
  const guard = guardAt();
  guard.markSent('a:1', 'audit', 'FAILED');
  clock.now += 59_999;
  expect(guard.isBusy(failed)).toBe(true);
  clock.now += 1;
  expect(guard.isBusy(failed)).toBe(false);
  guard.markSent('a:1', 'audit', 'FAILED');
  guard.observeAfterAction(running);
  expect(guard.isBusy(failed)).toBe(false);
});

test('a task that still has the status from before stays busy, and after a refusal it is free at once', () => {
  const guard = guardAt();
  guard.begin('a:1');
  guard.observeAfterAction(running);
  expect(guard.isBusy(running)).toBe(true);
  guard.markSent('a:1', 'audit', 'FAILED');
  guard.observeAfterAction(failed);
  expect(guard.isBusy(failed)).toBe(true);
  guard.release('a:1');
  expect(guard.isBusy(failed)).toBe(false);
});

test('another status frees the task only when it was read after the action was sent', () => {
  const guard = guardAt();
  guard.markSent('a:1', 'audit', 'FAILED');
  expect(guard.isBusy({ ...running, observedAt: 999 })).toBe(true);
  expect(guard.isBusy(failed)).toBe(true);
  expect(guard.isBusy({ ...running, observedAt: 1_001 })).toBe(false);
  expect(guard.isBusy({ ...failed, observedAt: 1_001 })).toBe(true);
});
