import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { accessTables, play, steps } from './steps.js';
import { TwinWorlds } from './twin-worlds.js';

test('a gateway that keeps answers gives the same answers, and asks the planes the same, as one that keeps none', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const twins = await TwinWorlds.start({ callers: accessTables[0] ?? {} });
      try {
        await play(twins, sequence);
      } finally {
        await twins.close();
      }
    }),
    // A shorter sequence would take longer to find than to read this one.
    { numRuns: Number(process.env['TRIBUTARY_SEQUENCES'] ?? 1), endOnFailure: true },
  );
  expect.hasAssertions();
});
