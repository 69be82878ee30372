import { expect, test } from '@jest/globals';

import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { callerWith, createMirrorGateway } from './mirror-gateway.js';
import { mirrorSource } from './mirror-source.js';

test('idle tokens keep 100,000 tasks in all: the least recently used go first, and the newest stays however many it has', async () => {
  const scheduler = new ManualScheduler();
  const released: string[] = [];
  const taskCounts: Readonly<Record<string, number>> = { first: 40_000, second: 40_000, third: 40_000, large: 110_000 };
  const gateway = createMirrorGateway(
    (token) => mirrorSource(token, () => Promise.resolve(), { onRelease: () => released.push(token), taskCount: taskCounts[token] }),
    scheduler,
  );
  const readAndRest = async (token: string): Promise<void> => {
    await gateway.createOperation(callerWith('one', token)).taskLists.page({});
    scheduler.advance(10_000);
  };
  for (const token of ['first', 'second', 'third']) await readAndRest(token);
  expect(released).toEqual(['first']);
  await readAndRest('large');
  expect(released.toSorted()).toEqual(['first', 'second', 'third']);
  await gateway.close();
});
