import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Task } from '../../../src/model/task.js';
import { countByStatus, isFailedStatus } from '../../../src/model/task-status.js';
import { type CompiledFilter, compileFilter } from '../../../src/gateway/query/compile-filter.js';
import { sliceMergedPage, slicePage } from '../../../src/gateway/query/pagination.js';
import { SelectedTasks } from '../../../src/gateway/query/select-tasks.js';
import { createTaskComparator, createTaskOrdering, defaultTaskOrder, type TaskOrder } from '../../../src/model/task-order.js';
import { TaskIndex } from '../../../src/gateway/cache/task-index.js';
import { anyFilter, kinds } from '../../support/generators/filters.js';
import { anyOrder, anyTask, anyTasks, anyText, longText } from '../../support/generators/tasks.js';

/** An index for each source, filled with tasks that came, changed and left, and read with an order and a filter in between. */
function indexesOf(
  tasks: readonly Task[],
  earlier: readonly Task[],
  orders: readonly TaskOrder[],
  filter: CompiledFilter,
): ReadonlyMap<string, TaskIndex> {
  const indexes = new Map([...kinds.keys()].map((name) => [name, new TaskIndex()]));
  const put = (task: Task): void => indexes.get(task.sourceName)?.put(task);
  for (const [at, task] of [...earlier, ...tasks.slice(0, 5)].entries()) {
    put(task);
    const order = orders[at % (orders.length + 1)];
    for (const [name, index] of indexes) {
      if (order !== undefined) index.sortedBy(order);
      const selected = new SelectedTasks(index, filter, { name, kind: kinds.get(name) ?? '' });
      if (order === undefined) selected.failed();
      else selected.sortedBy(order);
      selected.counts();
    }
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
        const compiled = compileFilter(filter, { kinds });
        const indexes = indexesOf(tasks, earlier, orders, compiled);
        const ordering = createTaskOrdering(order);
        const matching = tasks.filter(compiled.matches).toSorted(createTaskComparator(order));
        const cursors = matching.length === 0 ? [] : slicePage(matching, { first: 200 }, ordering).edges.map(({ cursor }) => cursor);
        const args = {
          ...(isFirst ? { first: size } : { last: size }),
          ...(after === null ? {} : { after: cursors[after % cursors.length] }),
          ...(before === null ? {} : { before: cursors[before % cursors.length] }),
        };
        const ranges = [...indexes].map(([name, index]) =>
          new SelectedTasks(index, compiled, { name, kind: kinds.get(name) ?? '' }).sortedBy(order),
        );
        expect(sliceMergedPage(ranges, args, ordering)).toEqual(slicePage(matching, args, ordering));
      },
    ),
    { numRuns: 400 },
  );
});

test('counts from the indexes equal those of the tasks that match', () => {
  fc.assert(
    fc.property(anyHistory(anyText), fc.option(anyFilter, { nil: null }), ([tasks, earlier], filter) => {
      const compiled = compileFilter(filter, { kinds });
      for (const [name, index] of indexesOf(tasks, earlier, [defaultTaskOrder], compiled)) {
        const own = tasks.filter((task) => task.sourceName === name);
        const selected = new SelectedTasks(index, compiled, { name, kind: kinds.get(name) ?? '' });
        const { matching, byStatus } = selected.counts();
        expect(new Set(selected.all())).toEqual(new Set(own.filter(compiled.matches)));
        expect(new Set(selected.failed())).toEqual(new Set(own.filter((task) => compiled.matches(task) && isFailedStatus(task.status))));
        expect(matching).toBe(own.filter(compiled.matches).length);
        expect(new Map(countByStatus(own.filter(compiled.matchesWithoutStatus)))).toEqual(new Map(byStatus));
        expect(index.unfinishedIds).toEqual(new Set(own.filter((task) => !task.isFinished).map((task) => task.sourceTaskId)));
      }
    }),
    { numRuns: 400 },
  );
});
