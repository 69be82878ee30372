import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { beginsWith, compareCodePoints } from '../../src/lib/code-points.js';
import { createTaskComparator, createTaskOrdering, type TaskOrder } from '../../src/model/task-order.js';
import { taskOf } from '../support/generators/sample-task.js';
import { anyOrder, anyTask, anyText } from '../support/generators/tasks.js';

/** The definition itself: slow, and obviously right. */
function compareSlowly(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0)) as [number[], number[]];
  const at = a.findIndex((point, index) => point !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

describe('text is ordered by code points', () => {
  test.each([
    ['\uFFFD', '\u{1F600}'],
    ['\uD83D', '\u{1F600}'],
    ['\uD83D\uE000', '\u{1F600}'],
    ['\uDE00', '\uE000'],
    ['', '\u0000'],
    ['Z', 'a'],
    ['10', '9'],
  ])('%j comes before %j', (smaller, larger) => {
    expect(Math.sign(compareCodePoints(smaller, larger))).toBe(-1);
    expect(Math.sign(compareCodePoints(larger, smaller))).toBe(1);
  });

  test('as the definition says, for any text', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (start, a, b) => {
        expect(Math.sign(compareCodePoints(start + a, start + b))).toBe(Math.sign(compareSlowly(start + a, start + b)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('half of a surrogate pair is not a prefix of the character', () => {
    expect(beginsWith('\u{1F600}', '\uD83D')).toBe(false);
    expect(beginsWith('\uD83D!', '\uD83D')).toBe(true);
    expect(beginsWith('anything', '')).toBe(true);
  });
});

const early = taskOf({ sourceTaskId: 'z', createdAt: 1, finishedAt: 4, changedAt: 2, name: 'B' });
const late = taskOf({ sourceTaskId: 'y', createdAt: 2, finishedAt: 5, changedAt: 3, name: 'b' });
const never = taskOf({ sourceTaskId: 'b', changedAt: 1, name: 'A' });
const neverEither = taskOf({ sourceTaskId: 'a', changedAt: 1, name: 'A' });

test.each<[TaskOrder, string]>([
  [{ field: 'CREATED_AT', direction: 'ASC' }, 'z y a b'],
  [{ field: 'CREATED_AT', direction: 'DESC' }, 'y z a b'],
  [{ field: 'FINISHED_AT', direction: 'ASC' }, 'z y a b'],
  [{ field: 'FINISHED_AT', direction: 'DESC' }, 'y z a b'],
  [{ field: 'CHANGED_AT', direction: 'ASC' }, 'a b z y'],
  [{ field: 'CHANGED_AT', direction: 'DESC' }, 'y z a b'],
  [{ field: 'NAME', direction: 'ASC' }, 'a b z y'],
  [{ field: 'NAME', direction: 'DESC' }, 'y z a b'],
])('%j puts nulls last and breaks ties by id, ascending', (order, expected) => {
  const sorted = [never, late, neverEither, early].toSorted(createTaskComparator(order));
  expect(sorted.map((task) => task.sourceTaskId).join(' ')).toBe(expected);
});

test.each<[TaskOrder['field'], typeof early, number | string | null]>([
  ['CREATED_AT', early, 1],
  ['FINISHED_AT', early, 4],
  ['CHANGED_AT', early, 2],
  ['NAME', early, 'B'],
  ['CREATED_AT', never, null],
])('the order key of a task for %s is its value of that field', (field, task, key) => {
  expect(createTaskOrdering({ field, direction: 'ASC' }).getKey(task)).toBe(key);
});

test('every order is antisymmetric and transitive, and a task is equal to itself alone', () => {
  fc.assert(
    fc.property(anyOrder, anyTask(), anyTask(), anyTask(), (order, ...tasks) => {
      const [compare, { getKey }] = [createTaskComparator(order), createTaskOrdering(order)];
      const [a, b, c] = tasks.toSorted(compare) as typeof tasks;
      expect(compare(a, b)).toBeLessThanOrEqual(0);
      expect(compare(b, c)).toBeLessThanOrEqual(0);
      expect(compare(a, c)).toBeLessThanOrEqual(0);
      expect(Math.sign(compare(c, a)) + Math.sign(compare(a, c))).toBe(0);
      expect(compare(a, b) === 0).toBe(a.id === b.id && getKey(a) === getKey(b));
    }),
    { numRuns: 500 },
  );
});
