import { setImmediate, setTimeout } from 'node:timers/promises';

/** Turns of the event loop that are looked at one by one: most waits are over by then. */
const eagerTurns = 200;

/**
 * So many milliseconds bound a hang, and nothing else: no machine is so slow that a test fails by it. Also the deadline of
 * the planes of tests, unless the deadline itself is tested; then `Deadlines` lets it pass.
 */
export const hangMs = 120_000;

/** Waits until something holds, turn by turn of the event loop, and without taking the processor from others when it takes longer. */
export async function waitUntil(holds: () => boolean, what = 'what is waited for', longestMs = hangMs): Promise<void> {
  const start = performance.now();
  for (let turn = 0; !holds(); turn += 1) {
    if (performance.now() - start > longestMs) throw new Error(`Never: ${what}.`);
    await (turn < eagerTurns ? setImmediate() : setTimeout(2));
  }
}
