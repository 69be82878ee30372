import { expect, test } from '@jest/globals';

import { CachedTasks } from '../../../src/gateway/cache/cached-tasks.js';
import type { UntranslatedTask, ListResponse } from '../../../src/sources/source.js';
import type { SharedTask } from '../../../src/replication/replicas.js';
import { computeRunningTime } from '../../../src/model/task-lifecycle.js';
import type { Task } from '../../../src/model/task.js';
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

test('a task that a complete list does not have is gone, unless it was requested later', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf('a', 'b'), 10, 11);
  tasks.applyRead(reading('c'), 30, 31, true);
  await tasks.applyList(listOf('a'), 20, 40);
  expect(names(tasks)).toEqual(['a', 'c']);
});

test('a task that an incomplete list does not have is kept for 300 s', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf('a', 'b'), 10, 10);
  await tasks.applyList({ ...listOf('a'), isComplete: false }, 300_010, 300_010);
  expect(names(tasks)).toEqual(['a', 'b']);
  await tasks.applyList({ ...listOf('a'), isComplete: false }, 300_011, 300_011);
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

test('a list that was requested before a task was untracked does not bring it back; tracking it again does', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf('a', 'b'), 10, 11);
  tasks.untrack('a', 15);
  await tasks.applyList(listOf('a', 'b'), 12, 20);
  expect(names(tasks)).toEqual(['b']);
  tasks.addToList('a', 25);
  await tasks.applyList(listOf('a', 'b'), 30, 31);
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

test('a task that is read again unchanged stays the same object, and is translated once', async () => {
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
  await tasks.applyList({ ...listOf(), tasks: [counted('a')] }, 10, 11);
  const task = tasks.get('a') ?? taskOf();
  await tasks.applyList({ ...listOf(), tasks: [counted('a')] }, 20, 21);
  await tasks.applyDelta({ kind: 'delta', list: { ...listOf(), tasks: [counted('a')] }, goneIds: [] }, 30, 31);
  expect(tasks.get('a')).toBe(task);
  expect(translations).toBe(1);
  // The same fields in another order make another digest.
  tasks.applyRead(counted('a', 'other order'), 40, 41, true);
  expect(tasks.get('a')).toBe(task);
  expect([task.changedAt, task.observedAt, tasks.observedAt(task)]).toEqual([11, 11, 41]);
});

test('the version of the list changes exactly when the listed tasks do, the count of updates with everything that is applied', async () => {
  const tasks = new CachedTasks();
  const versions: number[] = [];
  const counts: number[] = [];
  const after = async (apply: () => unknown): Promise<void> => {
    await apply();
    versions.push(tasks.listVersion);
    counts.push(tasks.updateCount);
  };
  await after(() => tasks.applyList(listOf('a', 'b'), 10, 11));
  await after(() => tasks.applyList(listOf('b', 'a'), 20, 21));
  await after(() => tasks.applyRead(reading('unlisted'), 30, 31, false));
  await after(() => tasks.applyRead(reading('a', 'changed'), 40, 41, true));
  await after(() => tasks.applyDelta({ kind: 'delta', list: listOf(), goneIds: ['b'] }, 50, 51));
  await after(() => tasks.correctStarts(new Map([['a', { observedStart: 5, parts: [] }]])));
  await after(() => tasks.correctStarts(new Map([['a', { observedStart: 5, parts: [] }]])));
  const isOther = versions.map((version, place) => version !== versions[place - 1]);
  expect(isOther).toEqual([true, false, false, true, true, true, false]);
  expect(counts.map((count, place) => count !== counts[place - 1])).toEqual([true, true, true, true, true, true, true]);
});

test('a delta removes no task that it does not mention, however old it is', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf('a', 'b', 'c'), 10, 10);
  await tasks.applyDelta({ kind: 'delta', list: { ...listOf('d'), isComplete: false }, goneIds: ['b'] }, 900_000, 900_001);
  expect(names(tasks)).toEqual(['a', 'c', 'd']);
});

test('a task that a delta confirmed is not too old to be kept when the next list fails in part', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf('a', 'b'), 10, 10);
  await tasks.applyDelta({ kind: 'delta', list: listOf('a'), goneIds: [] }, 400_000, 400_000);
  await tasks.applyList({ ...listOf('a'), isComplete: false }, 500_000, 500_000);
  expect(names(tasks)).toEqual(['a', 'b']);
});

test('of finished tasks beyond a thousand, the payloads of the oldest are truncated', async () => {
  const tasks = new CachedTasks(() => ({ kept: true }));
  const readings = Array.from({ length: 1_200 }, (_, place): UntranslatedTask => {
    const sourceTaskId = `t-${place}`;
    const task = taskOf({ sourceTaskId, status: place === 1_199 ? 'RUNNING' : 'SUCCEEDED', createdAt: 5_000 - place, payload: { place } });
    return { sourceTaskId, fingerprint: sourceTaskId, translate: () => task };
  });
  await tasks.applyList({ ...listOf(), tasks: readings }, 10, 11);
  tasks.takeDifferences();
  const cut = tasks.listed.all().filter((task) => tasks.isPayloadTruncated(task));
  expect(cut.map((task) => task.sourceTaskId)).toEqual(readings.slice(1_000, 1_199).map(({ sourceTaskId }) => sourceTaskId));
  expect(tasks.get('t-1100')).toMatchObject({ payload: { kept: true }, name: 'Back up a volume' });
  expect(tasks.get('t-1199')?.payload).toEqual({ place: 1_199 });
  // They are the same still: nothing differs, and no payload comes back.
  const before = tasks.get('t-1100');
  await tasks.applyList({ ...listOf(), tasks: readings }, 20, 21);
  expect(tasks.takeDifferences().size).toBe(0);
  expect(tasks.get('t-1100')).toBe(before);
});

test('while a long first list is translated, few payloads are in memory, and those that were cut can be read again to be recorded', async () => {
  const tasks = new CachedTasks(() => ({ kept: true }));
  const translated: Task[] = [];
  let mostWhole = 0;
  const readings = Array.from({ length: 5_000 }, (_, place): UntranslatedTask => ({
    sourceTaskId: `t-${place}`,
    fingerprint: `t-${place}`,
    translate: () => {
      const task = taskOf({ sourceTaskId: `t-${place}`, status: 'SUCCEEDED', createdAt: 9_000 - place, payload: { place } });
      translated.push(task);
      if (place % 100 === 0) mostWhole = Math.max(mostWhole, translated.filter(({ payload }) => payload?.['kept'] !== true).length);
      return task;
    },
    readPayload: () => ({ place }),
  }));
  await tasks.applyList({ ...listOf(), tasks: readings }, 10, 11);
  expect(mostWhole).toBeLessThanOrEqual(2_000);
  const differences = [...tasks.takeDifferences().values()];
  expect(differences.map(({ after, readPayload }) => readPayload?.() ?? after?.payload)).toEqual(readings.map((_, place) => ({ place })));
  expect(tasks.listed.all().filter((task) => tasks.isPayloadTruncated(task))).toHaveLength(4_000);
});

const base = 1_763_700_000_000;
const part = (status: Task['status']): Task => ({ ...taskOf({ sourceTaskId: 'part', status, createdAt: base }), id: undefined as never });
const partedReading = (status: Task['status'], progress: number): UntranslatedTask => ({
  sourceTaskId: 'a',
  fingerprint: `${status} ${progress}`,
  translate: () => taskOf({ sourceTaskId: 'a', status, description: `${progress}`, createdAt: base, parts: [part(status)] }),
});
const shareOf = (tasks: CachedTasks, requestedAt: number): SharedTask => {
  const task = tasks.get('a') ?? taskOf();
  return { kind: 'there', sourceTaskId: 'a', requestedAt, isListed: true, task: { ...task, observedAt: tasks.observedAt(task) } };
};
const runningTimes = (tasks: CachedTasks, now: number): readonly (number | null)[] => {
  const task = tasks.get('a') ?? taskOf();
  return [task, ...task.parts].map((work) => computeRunningTime(work, now));
};

test('that another replica saw the same work begin at another time is no difference', () => {
  const [one, other] = [new CachedTasks(), new CachedTasks()];
  for (const [tasks, delay] of [
    [one, 0],
    [other, 50],
  ] as const) {
    tasks.applyRead(partedReading('PENDING', 0), base + 1_000 + delay, base + 1_000 + delay, true);
    tasks.applyRead(partedReading('RUNNING', 0), base + 5_000 + delay, base + 5_000 + delay, true);
  }
  one.takeDifferences();
  const before = one.get('a');
  one.applyShared(shareOf(other, base + 5_050));
  expect(one.takeDifferences().size).toBe(0);
  expect(one.get('a')).toBe(before);
  expect(runningTimes(one, base + 6_000)).toEqual([1_000, 1_000]);
});

test.each([
  ['the same state', 0, 0],
  ['a later state', 50, 1],
] as const)('a replica that saw no start does not take it from the others when it shares %s', (_what, progress, differences) => {
  const [one, first] = [new CachedTasks(), new CachedTasks()];
  one.applyRead(partedReading('PENDING', 0), base + 1_000, base + 1_000, true);
  one.applyRead(partedReading('RUNNING', 0), base + 5_000, base + 5_000, true);
  one.takeDifferences();
  first.applyRead(partedReading('RUNNING', progress), base + 8_000, base + 8_000, true);
  expect(runningTimes(first, base + 9_000)).toEqual([9_000, 9_000]);
  one.applyShared(shareOf(first, base + 8_000));
  expect(runningTimes(one, base + 9_000)).toEqual([4_000, 4_000]);
  expect(one.takeDifferences().size).toBe(differences);
  // Nor does it keep from it what they saw.
  first.applyShared(shareOf(one, base + 8_001));
  expect(runningTimes(first, base + 9_000)).toEqual([4_000, 4_000]);
  expect(first.takeDifferences().get('a')?.before).toBeNull();
});
