import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { CachedTasks } from '../../../src/gateway/cache/cached-tasks.js';
import type { TaskDifferences } from '../../../src/gateway/cache/cache-changes.js';
import { runAtOnce, type Steps } from '../../../src/lib/slices.js';
import { createTaskComparator, defaultTaskOrder } from '../../../src/model/task-order.js';
import { countByStatus } from '../../../src/model/task-status.js';
import type { ListResponse, UntranslatedTask } from '../../../src/sources/source.js';
import { taskOf } from '../../support/generators/sample-task.js';

/** A task with this content; tasks with an odd number belong to the one before. */
const reading = (number: number, name: string): UntranslatedTask => ({
  sourceTaskId: String(number),
  fingerprint: name,
  translate: () =>
    taskOf({
      sourceTaskId: String(number),
      name,
      createdAt: number % 7,
      status: name.endsWith('1') ? 'FAILED' : 'RUNNING',
      parentTaskId: number % 2 === 0 ? null : String(number - 1),
    }),
});

const listOf = (numbers: readonly number[], name: string): ListResponse => ({
  tasks: numbers.map((number) => reading(number, name)),
  unchangedIds: [],
  unreadIds: [],
  malformedCount: 0,
  isComplete: true,
  problem: null,
});

const range = (start: number, end: number): readonly number[] => Array.from({ length: end - start }, (_, place) => start + place);
const namesIn = (tasks: CachedTasks): readonly string[] => [...new Set(tasks.listed.all().map(({ name }) => name))];

test('a list of 10,000 new tasks is applied over several turns of the event loop, and readers see all of it or nothing', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf(range(0, 10_000), 'old'), 1, 2);
  tasks.takeDifferences();
  const [, version] = [tasks.listed.sortedBy(defaultTaskOrder), tasks.listVersion];
  let isDone = false;
  const applied = tasks.applyList(listOf(range(5_000, 15_000), 'new'), 3, 4).finally(() => (isDone = true));
  let turns = 0;
  for (; !isDone; turns++) {
    if (tasks.listVersion === version) {
      expect([tasks.listed.size, tasks.get('7000')?.name, tasks.get('14000'), tasks.differenceCount]).toEqual([
        10_000,
        'old',
        undefined,
        0,
      ]);
      expect(tasks.childrenOf('7000').map(({ name }) => name)).toEqual(['old']);
      expect(tasks.listed.sortedBy(defaultTaskOrder)).toHaveLength(10_000);
    }
    await nextTurn();
  }
  await applied;
  expect(turns).toBeGreaterThan(5);
  expect([namesIn(tasks), tasks.get('0'), tasks.differenceCount]).toEqual([['new'], undefined, 15_000]);
  expect(tasks.childrenOf('7000').map(({ name }) => name)).toEqual(['new']);
});

test('what was read before a list was applied stays as it was for its readers', async () => {
  const tasks = new CachedTasks();
  await tasks.applyList(listOf(range(0, 300), 'old'), 1, 2);
  const before = tasks.listed;
  const sorted = before.sortedBy(defaultTaskOrder);
  await tasks.applyList(listOf(range(0, 300), 'new'), 3, 4);
  expect(new Set(sorted.map(({ name }) => name))).toEqual(new Set(['old']));
  expect(before.all().every(({ name }) => name === 'old')).toBe(true);
  expect(tasks.listed.sortedBy(defaultTaskOrder).every(({ name }) => name === 'new')).toBe(true);
});

/** What happens between two steps of a list that is being applied. */
const anyEvent = fc.record({
  kind: fc.constantFrom('read', 'unlisted read', 'gone', 'untrack', 'track', 'take', 'take two'),
  number: fc.nat({ max: 160 }),
  requestedAt: fc.integer({ min: 5, max: 40 }),
  name: fc.constantFrom('list 1', 'list 2', 'read 1', 'read 2'),
  afterSteps: fc.nat({ max: 200 }),
});

test('nothing that arrives while lists are applied is lost, whatever the order, and the differences add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 30 }), fc.nat({ max: 130 }), fc.nat({ max: 150 }), async (events, start, count) => {
      const [pending, later] = [[...events], [...events]];
      const mirror = new Map<string, string>();
      const tasks = new CachedTasks(null, async (steps) => interleave(steps));
      const atOnce = new CachedTasks(null, async (steps) => runAtOnce(steps));
      for (const cache of [tasks, atOnce]) {
        for (const number of range(0, 130)) cache.applyRead(reading(number, 'first'), 1, 1, true);
      }
      mirrorDifferences(tasks.takeDifferences());
      const [first, second] = [listOf(range(start, start + count), 'list 1'), listOf(range(0, 115), 'list 2')];
      await Promise.all([tasks.applyList(first, 10, 11), tasks.applyList(second, 20, 21)]);
      for (const event of pending) act(tasks, event);
      await atOnce.applyList(first, 10, 11);
      await atOnce.applyList(second, 20, 21);
      for (const event of later) act(atOnce, event);
      mirrorDifferences(tasks.takeDifferences());
      expect(mirror).toEqual(contentOf(tasks));
      // Where the order of the events and the lists makes no difference, neither does it make one that they overlap.
      const isNewer = events.every(({ kind, requestedAt }) => requestedAt > 20 && ['read', 'gone', 'take', 'take two'].includes(kind));
      if (isNewer) expect(contentOf(tasks)).toEqual(contentOf(atOnce));
      const all = tasks.listed.all();
      expect(tasks.listed.countsByStatus()).toEqual(countByStatus(all));
      expect(tasks.listed.sortedBy(defaultTaskOrder)).toEqual(all.toSorted(createTaskComparator(defaultTaskOrder)));

      function interleave(steps: Steps<boolean>): boolean {
        let left = pending[0]?.afterSteps ?? Infinity;
        for (;;) {
          const step = steps.next();
          if (step.done === true) return step.value;
          if (left-- > 0) continue;
          const event = pending.shift();
          if (event !== undefined) act(tasks, event);
          left = pending[0]?.afterSteps ?? Infinity;
        }
      }

      function act(cache: CachedTasks, { kind, number, requestedAt, name }: (typeof events)[number]): void {
        if (kind === 'read') cache.applyRead(reading(number, name), requestedAt, requestedAt, true);
        if (kind === 'unlisted read') cache.applyRead(reading(number, name), requestedAt, requestedAt, false);
        if (kind === 'gone') cache.markGone(String(number), requestedAt);
        if (kind === 'untrack') cache.untrack(String(number), requestedAt);
        if (kind === 'track') cache.addToList(String(number), requestedAt);
        if (cache === tasks && kind === 'take') mirrorDifferences(cache.takeDifferences());
        if (cache === tasks && kind === 'take two') mirrorDifferences(cache.takeDifferences(2));
      }

      function mirrorDifferences(differences: TaskDifferences): void {
        for (const [id, { before, after, wasListed, isListed }] of differences) {
          expect(wasListed ? before?.name : undefined).toEqual(mirror.get(id));
          if (isListed && after !== null) mirror.set(id, after.name);
          else mirror.delete(id);
        }
      }
    }),
    { numRuns: 30 },
  );
});

/** The names of the listed tasks. */
function contentOf(tasks: CachedTasks): ReadonlyMap<string, string> {
  return new Map(tasks.listed.all().map(({ sourceTaskId, name }) => [sourceTaskId, name]));
}
