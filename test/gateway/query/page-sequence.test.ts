import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Task } from '../../../src/model/task.js';
import { compileFilter } from '../../../src/gateway/query/compile-filter.js';
import { createTaskComparator, createTaskOrdering, type TaskOrder } from '../../../src/model/task-order.js';
import { slicePage, type ConnectionPage } from '../../../src/gateway/query/pagination.js';
import { anyFilter, kinds } from '../../support/generators/filters.js';
import { anyOrder, anyTask, anyTasks, anyText, longText } from '../../support/generators/tasks.js';

/** More pages than any list here has. */
const maxPages = 200;

const anySize = fc.integer({ min: 1, max: 7 });
const anyNames = fc.constantFrom(anyText, longText, fc.oneof(anyText, longText));
const anyList = anyNames.chain(anyTasks);
/** Names that cursors hold whole and ids that they hold: their places are known without the tasks themselves. */
const shortList = anyTasks(anyText).map((tasks) => tasks.filter((task) => task.id.length < 20));

/** Walks to the end; `listAt` gives the list as it is when a page is asked for. */
function walk(listAt: (page: number) => readonly Task[], order: TaskOrder, size: number, direction: 'forwards' | 'backwards'): Task[] {
  const seen: Task[] = [];
  let cursor: string | null = null;
  for (let number = 0; number < maxPages; number++) {
    const sorted = listAt(number).toSorted(createTaskComparator(order));
    const args = direction === 'forwards' ? { first: size, after: cursor } : { last: size, before: cursor };
    const page: ConnectionPage<Task> = slicePage(sorted, args, createTaskOrdering(order));
    if (direction === 'forwards') seen.push(...page.nodes);
    else seen.unshift(...page.nodes);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(direction === 'forwards' ? hasNextPage : hasPreviousPage)) return seen;
    cursor = direction === 'forwards' ? endCursor : startCursor;
  }
  throw new Error('There is no end to the pages.');
}

const anyDirection = fc.constantFrom('forwards' as const, 'backwards' as const);

test('the pages of any list, order, filter and size are the whole list, both ways', () => {
  fc.assert(
    fc.property(anyList, anyOrder, fc.option(anyFilter), anySize, anyDirection, (tasks, order, filter, size, direction) => {
      const { matches } = compileFilter(filter, { kinds });
      const matching = tasks.filter((task) => matches(task));
      expect(walk(() => matching, order, size, direction)).toEqual(matching.toSorted(createTaskComparator(order)));
    }),
  );
});

test('tasks that appear between pages hide no other task', () => {
  fc.assert(
    fc.property(
      anyList,
      fc.array(anyTask(), { maxLength: 20 }),
      anyOrder,
      anySize,
      anyDirection,
      (tasks, others, order, size, direction) => {
        const ids = new Set(tasks.map((task) => task.id));
        const late = others.filter(({ id }, at) => !ids.has(id) && others.findIndex((task) => task.id === id) === at);
        const seen = walk((page) => [...tasks, ...late.slice(0, page * 3)], order, size, direction);
        expect(seen.filter((task) => ids.has(task.id))).toEqual(tasks.toSorted(createTaskComparator(order)));
      },
    ),
  );
});

test('tasks that disappear between pages hide no other task', () => {
  fc.assert(
    fc.property(
      shortList,
      fc.func(fc.integer({ min: 0, max: 9 })),
      anyOrder,
      anySize,
      anyDirection,
      (tasks, pageOfEnd, order, size, direction) => {
        // Seven in ten vanish before some page, the others never do.
        const stays = (task: Task, page: number) => pageOfEnd(task.id) > 6 || pageOfEnd(task.id) >= page;
        const seen = walk((page) => tasks.filter((task) => stays(task, page)), order, size, direction);
        const lasting = tasks.filter((task) => stays(task, maxPages)).toSorted(createTaskComparator(order));
        expect(seen.filter((task) => lasting.includes(task))).toEqual(lasting);
        expect(new Set(seen).size).toBe(seen.length);
      },
    ),
  );
});

test('where a cursor could not hold the whole key and its task vanishes, tasks may be repeated and none is left out', () => {
  fc.assert(
    fc.property(anyTasks(longText), anyOrder, anySize, anyDirection, (tasks, order, size, direction) => {
      const sorted = tasks.toSorted(createTaskComparator(order));
      const end = direction === 'forwards' ? sorted[size - 1] : sorted.at(-size);
      const seen = walk((page) => (page === 1 ? tasks.filter((task) => task !== end) : tasks), order, size, direction);
      expect(new Set(seen)).toEqual(new Set(tasks));
    }),
  );
});

test('a task whose key changes between pages hides no other task', () => {
  fc.assert(
    fc.property(anyList, anyTask(), anyOrder, anySize, (tasks, other, order, size) => {
      const [changing, ...others] = tasks;
      if (changing === undefined) return;
      const changed: Task = { ...other, id: changing.id };
      const seen = walk((page) => [page === 0 ? changing : changed, ...others], order, size, 'forwards');
      expect(new Set(seen.filter((task) => others.includes(task)))).toEqual(new Set(others));
    }),
  );
});
