import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { monotonicWallClock } from '../../src/cli/start-gateway.js';

const hour = 3_600_000;

/** A machine whose time passes, and whose clock is set. */
function machine(): { pass(ms: number): void; set(ms: number): void; wall(): number; clock: () => number } {
  let [passed, setBy] = [0, 0];
  const wall = (): number => 1_700_000_000_000 + Math.floor(passed) + setBy;
  return { pass: (ms) => (passed += ms), set: (ms) => (setBy += ms), wall, clock: monotonicWallClock(wall, () => passed) };
}

test('the clock is the wall clock, as long as that is not set back', () => {
  const { pass, set, wall, clock } = machine();
  for (let time = 0; time < 1_000; time++) {
    pass(time % 7);
    if (time % 100 === 0) set(hour);
    expect(clock()).toBe(wall());
  }
});

test('set back by an hour, the clock runs a tenth slower until the wall clock has caught up, which takes ten hours', () => {
  const { pass, set, wall, clock } = machine();
  const before = clock();
  set(-hour);
  expect(clock()).toBe(before);
  pass(10_000);
  expect(clock()).toBe(before + 9_000);
  pass(5 * hour);
  expect(clock() - wall()).toBeGreaterThan(0.4 * hour);
  pass(5 * hour);
  expect(clock()).toBe(wall());
});

test('however the wall clock is set, the clock never goes back, and runs at no less than nine tenths of real time', () => {
  const step = fc.record({ ms: fc.integer({ min: 0, max: 100_000 }), set: fc.integer({ min: -hour, max: hour }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const { pass, set, clock } = machine();
      let last = clock();
      for (const { ms, set: by } of steps) {
        pass(ms);
        set(by);
        const time = clock();
        expect(time - last).toBeGreaterThanOrEqual(Math.floor(0.9 * ms) - 1);
        last = time;
      }
    }),
  );
});
