import { expect, test } from '@jest/globals';

import { countByStatus, sumStatusCounts } from '../../src/model/task-status.js';

test('counts above 0 come in the order of the enum', () => {
  const items = (['UNKNOWN', 'FAILED', 'PENDING', 'FAILED'] as const).map((status) => ({ status }));
  expect(sumStatusCounts([countByStatus(items)])).toEqual([
    { status: 'PENDING', count: 1 },
    { status: 'FAILED', count: 2 },
    { status: 'UNKNOWN', count: 1 },
  ]);
});

test('an empty list has no counts', () => {
  expect(sumStatusCounts([countByStatus([])])).toEqual([]);
});
