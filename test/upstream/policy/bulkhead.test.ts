import { beforeEach, expect, test } from '@jest/globals';

import { Bulkhead } from '../../../src/upstream/bulkhead.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { VirtualPlane } from './virtual-plane.js';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let scheduler: ManualScheduler;
let bulkhead: Bulkhead;
let entered: (() => void)[];
let refused: unknown[];
beforeEach(() => {
  scheduler = new ManualScheduler();
  bulkhead = new Bulkhead({ maxConcurrent: 2, maxQueued: 3, maxQueueMs: 500, scheduler });
  [entered, refused] = [[], []];
});

function enterMany(count: number, signal = never): void {
  for (let one = 0; one < count; one++) {
    bulkhead.enter(signal).then(
      (leave) => entered.push(leave),
      (error: unknown) => refused.push(error),
    );
  }
}

test('calls over the concurrency limit are queued, and calls over the queue limit are refused at once', async () => {
  enterMany(6);
  await settled();
  expect([entered.length, refused.length]).toEqual([2, 1]);
  expect(refused[0]).toMatchObject({ problem: { kind: 'OVERLOADED' }, retryAfterMs: 1_000 });
  entered[0]?.();
  await settled();
  expect(entered).toHaveLength(3);
});

test('a call that was queued for half a second is refused, and no timer is left', async () => {
  enterMany(4);
  await settled();
  scheduler.advance(499);
  await settled();
  expect(refused).toHaveLength(0);
  scheduler.advance(1);
  await settled();
  expect([refused.length, scheduler.count]).toEqual([2, 0]);
  for (const leave of entered) leave();
  enterMany(2);
  await settled();
  expect(entered).toHaveLength(4);
});

test('a queued call that aborts leaves its position to the next one', async () => {
  const controller = new AbortController();
  enterMany(2);
  enterMany(1, controller.signal);
  enterMany(1);
  await settled();
  controller.abort();
  entered[0]?.();
  await settled();
  expect([entered.length, refused.length, scheduler.count]).toEqual([3, 1, 0]);
});

test('of 100 reads of a slow plane, 16 run, 64 are queued for half a second, and all others fail at once', async () => {
  const plane = new VirtualPlane({ behaves: () => ({ latencyMs: 5_000, does: 200 }) });
  const begun = plane.scheduler.now;
  const all = Promise.all(Array.from({ length: 100 }, (_, one) => plane.ask({}, `/tasks/${one}`)));
  const outcomes = await plane.until(all);
  const overloaded = outcomes.filter(({ error }) => (error as { problem?: { kind: string } } | null)?.problem?.kind === 'OVERLOADED');
  expect(overloaded.filter(({ endedAt }) => endedAt === begun)).toHaveLength(20);
  expect(overloaded.filter(({ endedAt }) => endedAt === begun + 500)).toHaveLength(64);
  expect(new Set(plane.attempts.slice(0, 16).map(({ beganAt }) => beganAt))).toEqual(new Set([begun]));
});
