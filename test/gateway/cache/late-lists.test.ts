import { afterAll, expect, test } from '@jest/globals';

import { SourceCache } from '../../../src/gateway/cache/source-cache.js';
import { createReadOnlyActions, type Source, type UntranslatedTask } from '../../../src/sources/source.js';
import { Deadlines } from '../../support/doubles/deadlines.js';
import { idleUpstream } from '../../support/doubles/idle-upstream.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { taskOf } from '../../support/generators/sample-task.js';

const deadlines = new Deadlines();
afterAll(() => deadlines.giveBack());

test('the deadline of a read holds while its tasks are translated: those that were are there, and the next read brings the others', async () => {
  const translated: string[] = [];
  let lateAt = 'c';
  const reading = (sourceTaskId: string, version = ''): UntranslatedTask => ({
    sourceTaskId,
    fingerprint: sourceTaskId + version,
    translate: () => {
      translated.push(sourceTaskId);
      if (sourceTaskId === lateAt) deadlines.pass(5_000);
      return taskOf({ sourceTaskId, name: sourceTaskId + version });
    },
  });
  let tasks = ['a', 'b', 'c', 'd', 'e'].map((id) => reading(id));
  const scopes: string[] = [];
  const list = { unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null };
  const source: Source = {
    name: 'plane',
    kind: 'VCF',
    displayName: 'Plane',
    timeoutMs: 5_000,
    capabilities: { list: true, retry: false, cancel: false, subtasks: false, progress: false },
    finishedTasksChange: true,
    isTaskId: () => true,
    estimateListCalls: () => 1,
    estimateReadCalls: (count) => count,
    list: async () => {
      scopes.push('complete');
      return { ...list, tasks };
    },
    refresh: async () => {
      scopes.push('delta');
      return { kind: 'delta', list: { ...list, tasks }, goneIds: [] };
    },
    read: async () => new Map(),
    actions: createReadOnlyActions(() => 'There are no actions.'),
    upstream: idleUpstream,
  };
  let now = 1_000;
  const cache = new SourceCache(source, {
    trackedIds: () => Promise.resolve([]),
    fullMs: 60_000,
    slowMs: 500,
    now: () => now,
    scheduler: new ManualScheduler(),
    onStateChange: () => undefined,
    report: () => undefined,
  });
  const read = async () => {
    const snapshot = await cache.list({ operationStartedAt: ++now, maxAgeMs: 0 });
    return {
      ...snapshot,
      names: snapshot.tasks
        .all()
        .map(({ name }) => name)
        .toSorted(),
    };
  };
  const late = { kind: 'TIMEOUT', message: expect.stringContaining('The next read goes on') };

  expect(await read()).toMatchObject({ kind: 'answered', isComplete: false, names: ['a', 'b', 'c'], problem: late });
  expect(cache.health().status).toBe('DEGRADED');
  lateAt = '';
  expect(await read()).toMatchObject({ kind: 'answered', isComplete: true, names: ['a', 'b', 'c', 'd', 'e'], problem: null });
  expect(translated).toEqual(['a', 'b', 'c', 'd', 'e']);

  // A list of which a part came says nothing of tasks that are not in it, and a delta after it would not bring the rest.
  tasks = ['a', 'b', 'd'].map((id) => reading(id, '!'));
  lateAt = 'a';
  expect(await read()).toMatchObject({ isComplete: false, names: ['a!', 'b', 'c', 'd', 'e'], problem: late });
  lateAt = '';
  expect(await read()).toMatchObject({ isComplete: true, names: ['a!', 'b!', 'd!'] });
  expect(scopes).toEqual(['complete', 'complete', 'delta', 'complete']);
});
