import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { SchedulingQueue } from '../../../src/server/guards/scheduling-queue.js';

test('one operation starts in each iteration of the event loop, first in, first out', async () => {
  const queue = new SchedulingQueue(() => 0);
  const begun: string[] = [];
  const all = ['first', 'second', 'third'].map((name) => queue.wait().then(() => begun.push(name)));
  const seen: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    seen.push(begun.length);
    await nextTurn();
  }
  await Promise.all(all);
  expect(begun).toEqual(['first', 'second', 'third']);
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('the wait that counts is the shortest since the last call', async () => {
  const clock = { ms: 1_000 };
  const queue = new SchedulingQueue(() => clock.ms);
  expect(queue.takeShortestWaitMs()).toBe(0);
  const first = queue.wait();
  clock.ms += 30;
  const second = queue.wait();
  clock.ms += 10;
  expect(queue.takeShortestWaitMs()).toBe(40);
  await Promise.all([first, second]);
  expect(queue.takeShortestWaitMs()).toBe(10);
  expect(queue.takeShortestWaitMs()).toBe(0);
});
