import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { allFaults } from './matrix/all-faults.js';
import { kinds, operations } from './matrix/fault.js';
import { Planes } from './matrix/planes.js';
import { runCell } from './matrix/run-cell.js';

const seed = 1;

let planes: Planes;
beforeAll(async () => {
  planes = await Planes.start(seed);
});
afterAll(() => planes.close());

/** Every second fault, each with another plane and another operation; `npm run matrix` runs them all. */
const cells = allFaults
  .map((fault, index) => ({
    fault,
    number: fault.number,
    kind: at(kinds, index),
    operation: at(operations, index + Math.floor(index / 4)),
  }))
  .filter(({ fault, kind, operation }, index) => index % 2 === 0 && fault.expected(operation, kind) !== null);

test.each(cells)('fault $number of $kind: $operation', async (cell) => {
  expect((await runCell({ ...cell, planes, seed })).broken).toEqual({});
});

function at<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('The list is empty.');
  return value;
}
