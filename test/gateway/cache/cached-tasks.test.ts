import { expect, test } from '@jest/globals';

import { CachedTasks } from '../../../src/gateway/cache/cached-tasks.js';
import type { UntranslatedTask, ListResponse } from '../../../src/sources/source.js';
import { taskOf } from '../../support/sample-task.js';

const reading = (sourceTaskId: string, name = sourceTaskId): UntranslatedTask => ({
  sourceTaskId,
  fingerprint: name,
  translate: () => taskOf({ sourceTaskId, name }),
});

const listOf = (...ids: readonly string[]): ListResponse => ({
  tasks: ids.map((id) => reading(id)),
  unchanged: [],
  malformedCount: 0,
  isComplete: true,
  problem: null,
});

const names = (known: CachedTasks): readonly string[] => known.listed.all().map((task) => task.name);

test('what a complete list does not have is gone, unless it was asked for later', () => {
  const known = new CachedTasks();
  known.applyList(listOf('a', 'b'), 10, 11);
  known.applyReading(reading('c'), 30, 31, true);
  known.applyList(listOf('a'), 20, 40);
  expect(names(known)).toEqual(['a', 'c']);
});

test('what an incomplete list does not have is kept for 300 s', () => {
  const known = new CachedTasks();
  known.applyList(listOf('a', 'b'), 10, 10);
  known.applyList({ ...listOf('a'), isComplete: false }, 300_010, 300_010);
  expect(names(known)).toEqual(['a', 'b']);
  known.applyList({ ...listOf('a'), isComplete: false }, 300_011, 300_011);
  expect(names(known)).toEqual(['a']);
});

test('an answer to an older question neither replaces nor removes what a newer one brought', () => {
  const known = new CachedTasks();
  known.applyReading(reading('a', 'new'), 20, 21, true);
  known.applyReading(reading('a', 'old'), 10, 22, true);
  known.markGone('a', 10);
  expect(names(known)).toEqual(['new']);
  known.markGone('a', 20);
  expect(names(known)).toEqual([]);
});

test('a list that was asked for before a task was untracked does not bring it back; tracking it again does', () => {
  const known = new CachedTasks();
  known.applyList(listOf('a', 'b'), 10, 11);
  known.untrack('a', 15);
  known.applyList(listOf('a', 'b'), 12, 20);
  expect(names(known)).toEqual(['b']);
  known.addToList('a', 25);
  known.applyList(listOf('a', 'b'), 30, 31);
  expect(names(known).toSorted()).toEqual(['a', 'b']);
});

test('the time of change is that of the first reading that differs', () => {
  const known = new CachedTasks();
  known.applyReading(reading('a'), 10, 11, true);
  known.applyReading(reading('a'), 20, 21, true);
  expect(known.get('a')).toMatchObject({ changedAt: 11, observedAt: 21 });
  known.applyReading(reading('a', 'other'), 30, 31, true);
  expect(known.get('a')).toMatchObject({ changedAt: 31, observedAt: 31, name: 'other' });
});

test('what is read again as it was is the same task still, and is translated once', () => {
  const known = new CachedTasks();
  let translations = 0;
  const counted = (name: string, fingerprint = name): UntranslatedTask => ({
    sourceTaskId: 'a',
    fingerprint,
    translate: () => {
      translations++;
      return taskOf({ sourceTaskId: 'a', name });
    },
  });
  known.applyList({ ...listOf(), tasks: [counted('a')] }, 10, 11);
  const task = known.get('a');
  known.applyList({ ...listOf(), tasks: [counted('a')] }, 20, 21);
  known.applyDelta({ kind: 'news', answer: { ...listOf(), tasks: [counted('a')] }, gone: [] }, 30, 31);
  expect(known.get('a')).toBe(task);
  expect(translations).toBe(1);
  // The same fields in another order make another digest.
  known.applyReading(counted('a', 'other order'), 40, 41, true);
  expect(known.get('a')).toBe(task);
  expect(task).toMatchObject({ changedAt: 11, observedAt: 41 });
});

test('news forget nothing that they do not mention, however old it is', () => {
  const known = new CachedTasks();
  known.applyList(listOf('a', 'b', 'c'), 10, 10);
  known.applyDelta({ kind: 'news', answer: { ...listOf('d'), isComplete: false }, gone: ['b'] }, 900_000, 900_001);
  expect(names(known)).toEqual(['a', 'c', 'd']);
});

test('what the news vouch for is not too old to be kept when the next list fails in part', () => {
  const known = new CachedTasks();
  known.applyList(listOf('a', 'b'), 10, 10);
  known.applyDelta({ kind: 'news', answer: listOf('a'), gone: [] }, 400_000, 400_000);
  known.applyList({ ...listOf('a'), isComplete: false }, 500_000, 500_000);
  expect(names(known)).toEqual(['a', 'b']);
});

test('of finished tasks beyond a thousand only what must stay of their payload is kept, the oldest first', () => {
  const known = new CachedTasks(() => ({ kept: true }));
  const readings = Array.from({ length: 1_200 }, (_, place): UntranslatedTask => {
    const sourceTaskId = `t-${place}`;
    const task = taskOf({ sourceTaskId, status: place === 1_199 ? 'RUNNING' : 'SUCCEEDED', createdAt: 5_000 - place, payload: { place } });
    return { sourceTaskId, fingerprint: sourceTaskId, translate: () => task };
  });
  known.applyList({ ...listOf(), tasks: readings }, 10, 11);
  known.takeDifferences();
  const cut = known.listed.all().filter((task) => known.isPayloadCut(task));
  expect(cut.map((task) => task.sourceTaskId)).toEqual(readings.slice(1_000, 1_199).map(({ sourceTaskId }) => sourceTaskId));
  expect(known.get('t-1100')).toMatchObject({ payload: { kept: true }, name: 'Back up a volume' });
  expect(known.get('t-1199')?.payload).toEqual({ place: 1_199 });
  // They are the same still: nothing differs, and no payload comes back.
  const before = known.get('t-1100');
  known.applyList({ ...listOf(), tasks: readings }, 20, 21);
  expect(known.takeDifferences().size).toBe(0);
  expect(known.get('t-1100')).toBe(before);
});
