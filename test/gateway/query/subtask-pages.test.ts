import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { TaskIndex } from '../../../src/gateway/cache/task-index.js';
import { compareCodePoints } from '../../../src/lib/code-points.js';
import { countByStatus, sumStatusCounts } from '../../../src/model/task-status.js';
import { compareKeys } from '../../../src/model/task-order.js';
import type { Task } from '../../../src/model/task.js';
import { pageSubtasks } from '../../../src/gateway/query/subtask-pages.js';
import { taskOf } from '../../support/generators/sample-task.js';
import { anyTask } from '../../support/generators/tasks.js';

const parent = taskOf({ sourceTaskId: '1', parts: [taskOf({ status: 'FAILED' }), taskOf({ status: 'RUNNING' })] });

test('the children of a task are the same array until one of them changes, and pages of them the same object', () => {
  const index = new TaskIndex();
  const child = (sourceTaskId: string, parentTaskId: string): Task => taskOf({ sourceTaskId, parentTaskId });
  index.put(child('2', '1'));
  const before = index.childrenOf('1');
  index.put(child('3', 'other'));
  expect(index.childrenOf('1')).toBe(before);
  expect(pageSubtasks(parent, before, { first: 2 })).toBe(pageSubtasks(parent, index.childrenOf('1'), { first: 2, last: null }));
  index.put(child('2', '1'));
  expect(index.childrenOf('1')).not.toBe(before);
  expect(index.childrenOf('none')).toBe(index.childrenOf('neither'));
});

test('pages of subtasks that come, change and go are those of the subtasks as they are', () => {
  const anyChange = fc.record({ task: anyTask(), isGone: fc.boolean(), isRequested: fc.boolean(), first: fc.nat({ max: 5 }) });
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 30 }), fc.subarray(['FAILED', 'RUNNING'] as const), (changes, statuses) => {
      const [index, plain] = [new TaskIndex(), new Map<string, Task>()];
      for (const { task, isGone, isRequested, first } of changes) {
        if (isGone) index.remove(task.sourceTaskId);
        else index.put(task);
        if (isGone) plain.delete(task.sourceTaskId);
        else plain.set(task.sourceTaskId, task);
        if (!isRequested) continue;
        const children = [...plain.values()].filter(({ parentTaskId }) => parentTaskId === '1');
        const sorted = children.toSorted((a, b) => compareKeys('ASC', a.position, b.position) || compareCodePoints(a.id, b.id));
        expect(index.childrenOf('1')).toEqual(sorted);
        const args = { first, statuses: statuses.length === 0 ? null : statuses };
        const page = pageSubtasks(parent, index.childrenOf('1'), args);
        // The children of the sample have no position, so they come after the parts.
        const all = [...parent.parts, ...sorted];
        const matching = all.filter(({ status }) => args.statuses?.some((one) => one === status) ?? true);
        expect(page.nodes).toEqual(matching.slice(0, first));
        expect([page.totalCount, page.countsByStatus]).toEqual([matching.length, sumStatusCounts([countByStatus(all)])]);
      }
    }),
    { numRuns: 100 },
  );
});
