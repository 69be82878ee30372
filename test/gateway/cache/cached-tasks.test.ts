import { expect, test } from '@jest/globals';

import { CachedTasks } from '../../../src/gateway/cache/cached-tasks.js';
import type { UntranslatedTask, ListResponse } from '../../../src/sources/source.js';
import { taskOf } from '../../support/generators/sample-task.js';

const reading = (sourceTaskId: string, name = sourceTaskId): UntranslatedTask => ({
  sourceTaskId,
  fingerprint: name,
  translate: () => taskOf({ sourceTaskId, name }),
});

const listOf = (...ids: readonly string[]): ListResponse => ({
  tasks: ids.map((id) => reading(id)),
  unchangedIds: [],
  unreadIds: [],
  malformedCount: 0,
  isComplete: true,
  problem: null,
});

const names = (tasks: CachedTasks): readonly string[] => tasks.listed.all().map((task) => task.name);

test('a task that a complete list does not have is gone, unless it was requested later', () => {
  const tasks = new CachedTasks();
  tasks.applyList(listOf('a', 'b'), 10, 11);
  tasks.applyRead(reading('c'), 30, 31, true);
  tasks.applyList(listOf('a'), 20, 40);
  expect(names(tasks)).toEqual(['a', 'c']);
});

test('a task that an incomplete list does not have is kept for 300 s', () => {
  const tasks = new CachedTasks();
  tasks.applyList(listOf('a', 'b'), 10, 10);
  tasks.applyList({ ...listOf('a'), isComplete: false }, 300_010, 300_010);
  expect(names(tasks)).toEqual(['a', 'b']);
  tasks.applyList({ ...listOf('a'), isComplete: false }, 300_011, 300_011);
  expect(names(tasks)).toEqual(['a']);
});

test('the response to an older request neither replaces nor removes what a newer one brought', () => {
  const tasks = new CachedTasks();
  tasks.applyRead(reading('a', 'new'), 20, 21, true);
  tasks.applyRead(reading('a', 'old'), 10, 22, true);
  tasks.markGone('a', 10);
  expect(names(tasks)).toEqual(['new']);
  tasks.markGone('a', 20);
  expect(names(tasks)).toEqual([]);
});

test('a list that was requested before a task was untracked does not bring it back; tracking it again does', () => {
  const tasks = new CachedTasks();
  tasks.applyList(listOf('a', 'b'), 10, 11);
  tasks.untrack('a', 15);
  tasks.applyList(listOf('a', 'b'), 12, 20);
  expect(names(tasks)).toEqual(['b']);
  tasks.addToList('a', 25);
  tasks.applyList(listOf('a', 'b'), 30, 31);
  expect(names(tasks).toSorted()).toEqual(['a', 'b']);
});

test('changedAt is the time of the first read that differs', () => {
  const tasks = new CachedTasks();
  tasks.applyRead(reading('a'), 10, 11, true);
  tasks.applyRead(reading('a'), 20, 21, true);
  const task = tasks.get('a') ?? taskOf();
  expect([task.changedAt, tasks.observedAt(task)]).toEqual([11, 21]);
  tasks.applyRead(reading('a', 'other'), 30, 31, true);
  expect(tasks.get('a')).toMatchObject({ changedAt: 31, observedAt: 31, name: 'other' });
});

test('a task that is read again unchanged stays the same object, and is translated once', () => {
  const tasks = new CachedTasks();
  let translations = 0;
  const counted = (name: string, fingerprint = name): UntranslatedTask => ({
    sourceTaskId: 'a',
    fingerprint,
    translate: () => {
      translations++;
      return taskOf({ sourceTaskId: 'a', name });
    },
  });
  tasks.applyList({ ...listOf(), tasks: [counted('a')] }, 10, 11);
  const task = tasks.get('a') ?? taskOf();
  tasks.applyList({ ...listOf(), tasks: [counted('a')] }, 20, 21);
  tasks.applyDelta({ kind: 'delta', list: { ...listOf(), tasks: [counted('a')] }, goneIds: [] }, 30, 31);
  expect(tasks.get('a')).toBe(task);
  expect(translations).toBe(1);
  // The same fields in another order make another digest.
  tasks.applyRead(counted('a', 'other order'), 40, 41, true);
  expect(tasks.get('a')).toBe(task);
  expect([task.changedAt, task.observedAt, tasks.observedAt(task)]).toEqual([11, 11, 41]);
});

test('a delta removes no task that it does not mention, however old it is', () => {
  const tasks = new CachedTasks();
  tasks.applyList(listOf('a', 'b', 'c'), 10, 10);
  tasks.applyDelta({ kind: 'delta', list: { ...listOf('d'), isComplete: false }, goneIds: ['b'] }, 900_000, 900_001);
  expect(names(tasks)).toEqual(['a', 'c', 'd']);
});

test('a task that a delta confirmed is not too old to be kept when the next list fails in part', () => {
  const tasks = new CachedTasks();
  tasks.applyList(listOf('a', 'b'), 10, 10);
  tasks.applyDelta({ kind: 'delta', list: listOf('a'), goneIds: [] }, 400_000, 400_000);
  tasks.applyList({ ...listOf('a'), isComplete: false }, 500_000, 500_000);
  expect(names(tasks)).toEqual(['a', 'b']);
});

test('of finished tasks beyond a thousand, the payloads of the oldest are truncated', () => {
  const tasks = new CachedTasks(() => ({ kept: true }));
  const readings = Array.from({ length: 1_200 }, (_, place): UntranslatedTask => {
    const sourceTaskId = `t-${place}`;
    const task = taskOf({ sourceTaskId, status: place === 1_199 ? 'RUNNING' : 'SUCCEEDED', createdAt: 5_000 - place, payload: { place } });
    return { sourceTaskId, fingerprint: sourceTaskId, translate: () => task };
  });
  tasks.applyList({ ...listOf(), tasks: readings }, 10, 11);
  tasks.takeDifferences();
  const cut = tasks.listed.all().filter((task) => tasks.isPayloadTruncated(task));
  expect(cut.map((task) => task.sourceTaskId)).toEqual(readings.slice(1_000, 1_199).map(({ sourceTaskId }) => sourceTaskId));
  expect(tasks.get('t-1100')).toMatchObject({ payload: { kept: true }, name: 'Back up a volume' });
  expect(tasks.get('t-1199')?.payload).toEqual({ place: 1_199 });
  // They are the same still: nothing differs, and no payload comes back.
  const before = tasks.get('t-1100');
  tasks.applyList({ ...listOf(), tasks: readings }, 20, 21);
  expect(tasks.takeDifferences().size).toBe(0);
  expect(tasks.get('t-1100')).toBe(before);
});
