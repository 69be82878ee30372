import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Task } from '../../../src/model/task.js';
import { countByStatus } from '../../../src/model/task-status.js';
import { compileFilter, countTasks } from '../../../src/gateway/query/compile-filter.js';
import { sliceMergedPage, slicePage } from '../../../src/gateway/query/pagination.js';
import { createTaskComparator, createTaskOrdering, type TaskOrder } from '../../../src/model/task-order.js';
import { TaskIndex } from '../../../src/gateway/cache/task-index.js';
import { anyFilter, kinds } from '../../support/generators/filters.js';
import { anyOrder, anyTask, anyTasks, anyText, longText } from '../../support/generators/tasks.js';

/** An index for each source, filled with tasks that came, changed and left, and asked for an order in between. */
function indexesOf(tasks: readonly Task[], earlier: readonly Task[], orders: readonly TaskOrder[]): ReadonlyMap<string, TaskIndex> {
  const indexes = new Map([...kinds.keys()].map((name) => [name, new TaskIndex()]));
  const put = (task: Task): void => indexes.get(task.sourceName)?.put(task);
  for (const [at, task] of earlier.entries()) {
    put(task);
    const order = orders[at % (orders.length + 1)];
    if (order !== undefined) for (const index of indexes.values()) index.sortedBy(order);
  }
  const kept = new Set(tasks.map(({ id }) => id));
  for (const task of earlier) if (!kept.has(task.id)) indexes.get(task.sourceName)?.remove(task.sourceTaskId);
  for (const task of tasks) put(task);
  return indexes;
}

/** Tasks as they are, and others with some of the same ids as they were. */
const anyHistory = (name: fc.Arbitrary<string>): fc.Arbitrary<readonly [Task[], Task[]]> =>
  fc.tuple(anyTasks(name), fc.array(anyTask(name), { maxLength: 40 })).map(([tasks, others]) => [
    tasks,
    others.map((other, at) => {
      const { id, sourceName, sourceTaskId } = tasks[at * 2] ?? other;
      return { ...other, id, sourceName, sourceTaskId };
    }),
  ]);

const anyPage = fc.record({ size: fc.nat({ max: 12 }), isFirst: fc.boolean(), after: fc.option(fc.nat()), before: fc.option(fc.nat()) });

test.each([
  ['short', anyText],
  ['long', longText],
])('a page out of many indexes is the page of the whole, sorted and filtered; with %s names', (_, name) => {
  fc.assert(
    fc.property(
      anyHistory(name),
      fc.array(anyOrder, { maxLength: 2 }),
      anyOrder,
      fc.option(anyFilter, { nil: null }),
      anyPage,
      ([tasks, earlier], orders, order, filter, { size, isFirst, after, before }) => {
        const indexes = indexesOf(tasks, earlier, orders);
        const compiled = compileFilter(filter, { kinds });
        const ordering = createTaskOrdering(order);
        const matching = tasks.filter(compiled.matches).toSorted(createTaskComparator(order));
        const cursors = matching.length === 0 ? [] : slicePage(matching, { first: 200 }, ordering).edges.map(({ cursor }) => cursor);
        const args = {
          ...(isFirst ? { first: size } : { last: size }),
          ...(after === null ? {} : { after: cursors[after % cursors.length] }),
          ...(before === null ? {} : { before: cursors[before % cursors.length] }),
        };
        const lists = [...indexes.values()].map((index) => index.sortedBy(order));
        expect(sliceMergedPage(lists, compiled.matches, args, ordering)).toEqual(slicePage(matching, args, ordering));
      },
    ),
    { numRuns: 400 },
  );
});

test('counts from the indexes equal those of the tasks that match', () => {
  fc.assert(
    fc.property(anyHistory(anyText), fc.option(anyFilter, { nil: null }), ([tasks, earlier], filter) => {
      const compiled = compileFilter(filter, { kinds });
      for (const [name, index] of indexesOf(tasks, earlier, [])) {
        const own = tasks.filter((task) => task.sourceName === name);
        const { matching, byStatus } = countTasks(index, compiled, compiled.matchesAllExceptStatus(name, kinds.get(name) ?? ''));
        expect(matching).toBe(own.filter(compiled.matches).length);
        expect(new Map(countByStatus(own.filter(compiled.matchesWithoutStatus)))).toEqual(new Map(byStatus));
        expect(index.unfinishedIds).toEqual(new Set(own.filter((task) => !task.isFinished).map((task) => task.sourceTaskId)));
      }
    }),
    { numRuns: 400 },
  );
});
