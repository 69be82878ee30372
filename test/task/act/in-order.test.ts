import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { inOrder } from '../../../src/task/act/in-order.js';

test('results are in the order of the items, in whatever order the jobs end, and no more jobs run at a time than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (scheduler, items, most) => {
        let underWay = 0;
        let highest = 0;
        const begun: number[] = [];
        const all = inOrder(items, most, async (item) => {
          begun.push(item);
          highest = Math.max(highest, ++underWay);
          await scheduler.schedule(Promise.resolve());
          underWay--;
          return item * 2;
        });
        await scheduler.waitFor(all);
        expect(await all).toEqual(items.map((item) => item * 2));
        expect(begun).toEqual(items);
        expect(highest).toBe(Math.min(most, items.length));
      },
    ),
    { numRuns: 50 },
  );
});
