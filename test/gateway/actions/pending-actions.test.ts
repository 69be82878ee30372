import { expect, test } from '@jest/globals';

import { PendingActions } from '../../../src/gateway/actions/task-lock.js';

const clock = { now: 1_000 };
const createPendingActions = (now = 1_000) => {
  clock.now = now;
  return new PendingActions(() => clock.now);
};
const failed = { id: 'a:1', status: 'FAILED', observedAt: 0 } as const;
const running = { id: 'a:1', status: 'RUNNING', observedAt: 0 } as const;

test('a task is busy while an action is being sent, however long that takes and whatever its status', () => {
  const pending = createPendingActions();
  expect(pending.isBusy(failed)).toBe(false);
  pending.begin('a:1');
  clock.now += 3_600_000;
  expect([pending.isBusy(failed), pending.isBusy(running), pending.isBusy({ ...failed, id: 'a:2' })]).toEqual([true, true, false]);
});

test('after sending, a task is busy for 60 seconds or until its status changes', () => {
  const pending = createPendingActions();
  pending.markSent('a:1', 'audit', 'FAILED');
  clock.now += 59_999;
  expect(pending.isBusy(failed)).toBe(true);
  clock.now += 1;
  expect(pending.isBusy(failed)).toBe(false);
  pending.markSent('a:1', 'audit', 'FAILED');
  pending.observeAfterAction(running);
  expect(pending.isBusy(failed)).toBe(false);
});

test('a task that still has the status from before stays busy, and after a refusal it is free at once', () => {
  const pending = createPendingActions();
  pending.begin('a:1');
  pending.observeAfterAction(running);
  expect(pending.isBusy(running)).toBe(true);
  pending.markSent('a:1', 'audit', 'FAILED');
  pending.observeAfterAction(failed);
  expect(pending.isBusy(failed)).toBe(true);
  pending.release('a:1');
  expect(pending.isBusy(failed)).toBe(false);
});

test('another status frees the task only when it was read after the action was sent', () => {
  const pending = createPendingActions();
  pending.markSent('a:1', 'audit', 'FAILED');
  expect(pending.isBusy({ ...running, observedAt: 999 })).toBe(true);
  expect(pending.isBusy(failed)).toBe(true);
  expect(pending.isBusy({ ...running, observedAt: 1_001 })).toBe(false);
  expect(pending.isBusy({ ...failed, observedAt: 1_001 })).toBe(true);
});
