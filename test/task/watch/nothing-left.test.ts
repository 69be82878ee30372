import { expect, test } from '@jest/globals';

import type { Task } from '../../../src/task/model/task.js';
import { View } from '../../../src/task/read/view/view.js';
import type { Source } from '../../../src/task/source/source.js';
import { Poller } from '../../../src/task/watch/poller.js';
import { createTaskChangeStream } from '../../../src/task/watch/task-change-stream.js';
import { watchTask } from '../../../src/task/watch/watch-task.js';
import { watchTasks } from '../../../src/task/watch/watch-tasks.js';
import { Watches } from '../../../src/task/watch/watches.js';
import { HandScheduler } from '../../support/hand-scheduler.js';
import { taskOf } from '../../support/task.js';
import { SourceHealth } from '../../../src/task/source/source-health.js';
import { noLog } from '../../support/no-log.js';

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
  callsToList: () => 1,
  callsToRead: (count) => count,
  list: () => Promise.resolve({ readings, unchanged: [], malformedCount: 0, isComplete: true, problem: null }),
  read: (ids) => Promise.resolve(new Map(ids.map((id, index) => [id, readings[index] ?? null]))),
  effectOf: () => null,
  blockersOf: () => [],
  act: () => Promise.reject(new Error('There are no actions.')),
  close: () => Promise.resolve(),
};

test('of 10,000 subscriptions that come and go, no listener and no timer is left', async () => {
  const scheduler = new HandScheduler();
  const now = (): number => scheduler.now;
  const health = new SourceHealth({
    sourceName: 'plane',
    timeoutMs: 5_000,
    circuit: () => 'CLOSED',
    notAskedForMs: () => 0,
    log: noLog,
    report: () => undefined,
  });
  const view = new View({ source, health, trackedIds: () => Promise.resolve([]), fullMs: 60_000, now, report: () => undefined });
  const poll = { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 };
  const reads = { maxAgeMs: 1_000, minAgeMs: 0 };
  const watches = new Watches();
  const poller = new Poller({ view, poll, reads, now, scheduler, random: () => 0.5, isActing: () => false });
  const freshness = { since: now(), maxAgeMs: 1_000 };
  const create = (release: () => void) => createTaskChangeStream(() => true, release);
  for (let round = 0; round < 5_000; round++) {
    const one = watches.open(create, (stream, onEnd) => {
      void watchTask({ view, poller, localId: 'task-1', mayRead: () => true }, freshness, stream, onEnd);
    });
    const all = watches.open(create, (stream, onEnd) => {
      onEnd(watchTasks(view, () => true, stream));
      onEnd(poller.followTasks());
    });
    // Some leave before anything was read, some after.
    if (round % 2 === 0) await one.next();
    const waiting = all.next();
    await Promise.all([one.return(), all.return()]);
    expect((await waiting).done).toBe(true);
  }
  expect([view.changes.listenerCount, scheduler.count]).toEqual([0, 0]);
  expect(poller).toBeInstanceOf(Poller);
});
