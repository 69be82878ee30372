import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { mapConcurrent } from '../../src/lib/map-concurrent.js';

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
        const all = mapConcurrent(items, most, async (item) => {
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

test('what an item is, and whether there is one, is decided when there is room for its job', async () => {
  let left = 3;
  function* whileThereAreSome(): Generator<number> {
    while (left > 0) yield left;
  }
  const results = await mapConcurrent(whileThereAreSome(), 1, async (item) => {
    left -= 2;
    return Promise.resolve(item);
  });
  expect(results).toEqual([3, 1]);
});

test.each([[['first', 'second', 'third', 'fourth']], [new Set(['first', 'second', 'third', 'fourth'])]])(
  'the first error ends it, and nothing more is taken',
  async (items) => {
    const begun: string[] = [];
    const release: (() => void)[] = [];
    const all = mapConcurrent(items, 2, (item) => {
      begun.push(item);
      if (item === 'second') return Promise.reject(new Error('It broke.'));
      return new Promise<void>((resolve) => release.push(resolve));
    });
    await expect(all).rejects.toThrow('It broke.');
    for (const end of release) end();
    await Promise.resolve();
    expect(begun).toEqual(['first', 'second']);
  },
);
