import { expect, test } from '@jest/globals';

import type { Task } from '../../../src/model/task.js';
import { SourceCache } from '../../../src/gateway/cache/source-cache.js';
import { alwaysLeader } from '../../../src/replication/leader-election.js';
import { createReadOnlyActions, type Source } from '../../../src/sources/source.js';
import { Poller } from '../../../src/gateway/subscriptions/poller.js';
import { createTaskChangeStream } from '../../../src/gateway/subscriptions/task-change-stream.js';
import { watchTask, watchTasks } from '../../../src/gateway/subscriptions/caller-subscriptions.js';
import { OpenSubscriptions } from '../../../src/gateway/subscriptions/open-subscriptions.js';
import { idleUpstream } from '../../support/doubles/idle-upstream.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { taskOf } from '../../support/generators/sample-task.js';

const { changedAt: _changedAt, observedAt: _observedAt, ...translated } = taskOf();
const readings = [{ sourceTaskId: 'task-1', fingerprint: '1', translate: (): Omit<Task, 'changedAt' | 'observedAt'> => translated }];

/** A source with one running task, that answers at once. */
const source: Source = {
  name: 'plane',
  kind: 'ASTRA',
  displayName: 'Plane',
  timeoutMs: 5_000,
  capabilities: { list: true, retry: false, cancel: false, subtasks: false, progress: false },
  finishedTasksChange: false,
  isTaskId: () => true,
  estimateListCalls: () => 1,
  estimateReadCalls: (count) => count,
  list: () => Promise.resolve({ tasks: readings, unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null }),
  read: (ids) => Promise.resolve(new Map(ids.map((id, index) => [id, readings[index] ?? null]))),
  actions: createReadOnlyActions(() => 'There are no actions.'),
  upstream: idleUpstream,
};

test('of 10,000 subscriptions that come and go, no listener and no timer is left', async () => {
  const scheduler = new ManualScheduler();
  const now = (): number => scheduler.now;
  const cache = new SourceCache(source, {
    trackedIds: () => Promise.resolve([]),
    fullMs: 60_000,
    slowMs: 500,
    now,
    scheduler,
    onStateChange: () => undefined,
    report: () => undefined,
  });
  const poll = { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 };
  const reads = { maxAgeMs: 1_000, maxAgeFloorMs: 0 };
  const watches = new OpenSubscriptions();
  const poller = new Poller({
    cache,
    poll,
    reads,
    clock: { now, scheduler, random: () => 0.5 },
    isActing: () => false,
    election: alwaysLeader,
  });
  const freshness = { operationStartedAt: now(), maxAgeMs: 1_000 };
  const create = (release: () => void) => createTaskChangeStream(() => true, release);
  for (let round = 0; round < 5_000; round++) {
    const one = watches.open(create, (stream, onEnd) => {
      void watchTask({ cache, poller, sourceTaskId: 'task-1', mayRead: () => true }, freshness, stream, onEnd);
    });
    const all = watches.open(create, (stream, onEnd) => {
      onEnd(watchTasks(cache, () => true, stream));
      onEnd(poller.followTasks());
    });
    // Some leave before anything was read, some after.
    if (round % 2 === 0) await one.next();
    const waiting = all.next();
    await Promise.all([one.return(), all.return()]);
    expect((await waiting).done).toBe(true);
  }
  expect([cache.changes.listenerCount, scheduler.count]).toEqual([0, 0]);
  expect(poller).toBeInstanceOf(Poller);
});
