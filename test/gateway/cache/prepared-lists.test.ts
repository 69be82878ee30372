import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { TaskIndex } from '../../../src/gateway/cache/task-index.js';
import { runInSlices, type Steps } from '../../../src/lib/slices.js';
import { createTaskComparator, type TaskOrder } from '../../../src/model/task-order.js';
import type { Task } from '../../../src/model/task.js';
import { taskOf } from '../../support/generators/sample-task.js';

const byName: TaskOrder = { field: 'NAME', direction: 'ASC' };
const isEven = (task: Task): boolean => task.name.endsWith('even');

function createTask(number: number, version: number): Task {
  const name = `${(number * 7 + version) % 50} ${(number + version) % 2 === 0 ? 'even' : 'odd'}`;
  return { ...taskOf({ sourceTaskId: String(number), name, createdAt: number % 7 }), changedAt: 0, observedAt: 0 };
}

const change = fc.record({
  kind: fc.constantFrom('put', 'remove', 'read'),
  number: fc.nat({ max: 350 }),
  version: fc.integer({ min: 1, max: 5 }),
  afterSteps: fc.nat({ max: 120 }),
});

test('lists that are sorted and filtered in steps are those of now, whatever changed meanwhile', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.array(change, { maxLength: 20 }), (size, changes) => {
      const index = new TaskIndex();
      for (let number = 0; number < size; number++) index.put(createTask(number, 0));
      const pending = [...changes];
      const run = (steps: Steps): void => {
        let left = pending[0]?.afterSteps ?? Infinity;
        for (const _ of steps) {
          if (left-- > 0) continue;
          const { kind, number, version } = pending.shift() ?? { kind: 'read', number: 0, version: 0 };
          if (kind === 'put') index.put(createTask(number, version));
          else if (kind === 'remove') index.remove(String(number));
          else expectCurrent(index);
          left = pending[0]?.afterSteps ?? Infinity;
        }
      };
      run(index.prepareWhere('even', isEven));
      run(index.prepareOrder(byName));
      expectCurrent(index);
      for (const { number, version } of pending) index.put(createTask(number, version));
      expectCurrent(index);
    }),
    { numRuns: 60 },
  );
});

function expectCurrent(index: TaskIndex): void {
  const expected = index.all().toSorted(createTaskComparator(byName));
  expect(index.sortedBy(byName).map(describe)).toEqual(expected.map(describe));
  expect(index.where('even', isEven).sortedBy(byName).map(describe)).toEqual(expected.filter(isEven).map(describe));
}

function describe({ sourceTaskId, name }: Task): string {
  return `${sourceTaskId} ${name}`;
}

test('a long list is sorted and filtered over several turns of the event loop, and then nothing is left to do', async () => {
  const index = new TaskIndex();
  for (let number = 0; number < 20_000; number++) index.put(createTask(number, 0));
  let isDone = false;
  const prepare = function* (): Steps {
    yield* index.prepareWhere('even', isEven);
    yield* index.prepareOrder(byName);
  };
  const prepared = runInSlices(prepare()).finally(() => (isDone = true));
  let turns = 0;
  for (; !isDone; turns++) await nextTurn();
  await prepared;
  expect(turns).toBeGreaterThan(3);
  let tests = 0;
  index.where('even', () => (tests++, true));
  expect(tests).toBe(0);
});
