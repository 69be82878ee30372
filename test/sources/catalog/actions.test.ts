import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { CatalogBench } from './catalog-bench.js';

let bench: CatalogBench;
beforeEach(async () => {
  bench = await CatalogBench.start();
});
afterEach(() => bench.close());

test('the capabilities of the source are read-only', () => {
  expect(bench.source).toMatchObject({
    name: 'cat',
    kind: 'CATALOG',
    finishedTasksChange: false,
    capabilities: { list: false, retry: false, cancel: false, subtasks: false, progress: false },
  });
});

test.each([
  ['RETRY', 'create', 'install the package again'],
  ['RETRY', 'delete', 'delete the install again'],
  ['CANCEL', 'create', 'delete the install'],
  ['CANCEL', 'delete', 'install the package again'],
] as const)('%s of a %s task is blocked, with what can be done instead', async (action, operation, instead) => {
  const task = (await bench.reading(bench.plane.addTask({ operation }))).translate();
  const command = { action, input: null };
  expect(bench.source.actions.describeEffect(command, task)).toBeNull();
  const blockers = bench.source.actions.findBlockers(command, task);
  expect(blockers).toEqual([{ code: 'NOT_SUPPORTED_BY_SOURCE', message: expect.stringContaining(instead) }]);
});

test('an action that is requested anyway is rejected, and nothing is sent', async () => {
  const task = (await bench.reading(bench.plane.addTask())).translate();
  const before = bench.plane.server.calls.length;
  const answer = await bench.source.actions.act({ action: 'RETRY', input: null }, task, AbortSignal.timeout(60_000));
  expect(answer).toMatchObject({ outcome: 'REJECTED', reason: 'PROBLEM', isRetryable: false, problem: { kind: 'OTHER' } });
  expect(bench.plane.server.calls).toHaveLength(before);
});
