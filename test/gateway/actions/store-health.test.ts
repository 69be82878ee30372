import { setImmediate } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { StoreHealth } from '../../../src/gateway/actions/store-health.js';
import { timerScheduler } from '../../../src/lib/scheduler.js';

/** Probes that end when the test says so, in their order. */
function probedStore() {
  const ends: ((isBack: boolean) => void)[] = [];
  const probe = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push((isBack) => (isBack ? resolve() : reject(new Error('away'))));
    });
  const health = new StoreHealth({ probe, now: Date.now, scheduler: timerScheduler });
  return { health, ends };
}

test('an action does not go by a probe that began before it: the store may have come back in the meantime', async () => {
  const { health, ends } = probedStore();
  health.failed();
  const actions = [health.confirm(), health.confirm()];
  ends[0]?.(false);
  await setImmediate();
  ends[1]?.(true);
  expect(await Promise.all(actions)).toEqual([true, true]);
  expect(ends).toHaveLength(2);
});
