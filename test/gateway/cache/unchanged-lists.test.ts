import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { CachedTasks } from '../../../src/gateway/cache/cached-tasks.js';
import type { ListResponse, UntranslatedTask } from '../../../src/sources/source.js';
import { taskOf } from '../../support/generators/sample-task.js';

const build = (sourceTaskId: string, name: string): UntranslatedTask => ({
  sourceTaskId,
  fingerprint: `${sourceTaskId} ${name}`,
  translate: () => taskOf({ sourceTaskId, name }),
});
const listOf = (tasks: readonly UntranslatedTask[], more: Partial<ListResponse> = {}): ListResponse => ({
  tasks,
  unchangedIds: [],
  unreadIds: [],
  malformedCount: 0,
  isComplete: true,
  problem: null,
  ...more,
});

test('the same list as before is not looked through, and its tasks are as new as the list', async () => {
  let looks = 0;
  const counted = (id: string): UntranslatedTask => {
    const { fingerprint, translate } = build(id, id);
    return {
      fingerprint,
      translate,
      get sourceTaskId() {
        looks++;
        return id;
      },
    };
  };
  const tasks = new CachedTasks();
  const list = listOf([counted('a'), counted('b')]);
  await tasks.applyList(list, 10, 11);
  const [task] = tasks.listed.all();
  looks = 0;
  await tasks.applyList({ ...list }, 20, 21);
  expect([looks, tasks.requestedAt('a'), task && tasks.observedAt(task), task && tasks.confirmedAt(task)]).toEqual([0, 20, 21, 21]);
  expect(tasks.listed.all()[0]).toBe(task);
  expect(tasks.takeDifferences().size).toBe(2);
  // Something else has changed the tasks: the list is compared with them.
  tasks.applyRead(build('a', 'changed'), 22, 23, true);
  await tasks.applyList({ ...list }, 30, 31);
  expect(looks).toBeGreaterThan(0);
  expect(tasks.get('a')?.name).toBe('a');
});

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
/** As a source does, with one object for a task as long as it is the same. */
const known = new Map<string, UntranslatedTask>();
const reuse = (sourceTaskId: string, name: string): UntranslatedTask => {
  const task = known.get(`${sourceTaskId} ${name}`) ?? build(sourceTaskId, name);
  known.set(`${sourceTaskId} ${name}`, task);
  return task;
};
const id = fc.constantFrom(...ids);
const readTasks = fc
  .subarray([...ids])
  .chain((some) => fc.tuple(...some.map((one) => fc.constantFrom('1', '2').map((name) => reuse(one, name)))));

/** What may happen to the tasks of a source; `back`: how long before now it was requested. */
const step = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('same list' as const), list: fc.nat({ max: 2 }), back: fc.nat({ max: 3 }) }), weight: 6 },
  {
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      id,
      name: fc.constantFrom('1', '3'),
      isListed: fc.boolean(),
      back: fc.nat({ max: 3 }),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('gone' as const, 'untracked' as const, 'tracked' as const),
      id,
      back: fc.nat({ max: 3 }),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('delta' as const), tasks: readTasks, back: fc.nat({ max: 3 }) }), weight: 1 },
);

test('whatever else happens, a list is applied as if it were looked through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(readTasks, { minLength: 3, maxLength: 3 }), fc.array(step, { maxLength: 15 }), async (lists, steps) => {
      const shared = new CachedTasks();
      const complete = new CachedTasks();
      let now = 100;
      for (const one of steps) {
        now += 10;
        const versions = [shared.listVersion, complete.listVersion];
        const requestedAt = now - one.back * 7;
        await Promise.all(
          [shared, complete].map(async (tasks) => {
            if (one.kind === 'same list') {
              // What else changes the tasks has the list looked through.
              if (tasks === complete) tasks.correctStarts(new Map());
              await tasks.applyList(listOf(lists[one.list] ?? []), requestedAt, now);
            } else if (one.kind === 'delta')
              await tasks.applyDelta({ kind: 'delta', goneIds: [], list: listOf(one.tasks) }, requestedAt, now);
            else if (one.kind === 'read') tasks.applyRead(build(one.id, one.name), requestedAt, now, one.isListed);
            else if (one.kind === 'gone') tasks.markGone(one.id, requestedAt);
            else if (one.kind === 'untracked') tasks.untrack(one.id, requestedAt);
            else tasks.addToList(one.id, requestedAt);
          }),
        );
        const [state, expected] = [shared, complete].map((tasks) =>
          ids.map((taskId) => {
            const task = tasks.get(taskId);
            const times = task && [tasks.observedAt(task), tasks.confirmedAt(task), tasks.isListed(taskId)];
            return { task, requestedAt: tasks.requestedAt(taskId), times };
          }),
        );
        expect(state).toEqual(expected);
        expect(shared.takeDifferences()).toEqual(complete.takeDifferences());
        expect(shared.listVersion === versions[0]).toBe(complete.listVersion === versions[1]);
      }
    }),
    { numRuns: 300 },
  );
});

test('of a list of which little has changed, only that is looked at', async () => {
  let looks = 0;
  const counted = (taskId: string): UntranslatedTask => ({
    ...build(taskId, taskId),
    get sourceTaskId() {
      looks++;
      return taskId;
    },
  });
  const before = Array.from({ length: 1_000 }, (_, index) => counted(`${index}`));
  const tasks = new CachedTasks();
  await tasks.applyList(listOf(before), 10, 11);
  tasks.takeDifferences();
  looks = 0;
  const after = before.map((one, index) => (index === 300 ? build('300', 'changed') : one)).filter((_, index) => index !== 700);
  await tasks.applyList(listOf([build('new', 'new'), ...after]), 20, 21);
  expect(looks).toBeLessThan(10);
  expect([...tasks.takeDifferences().keys()].toSorted()).toEqual(['300', '700', 'new']);
  expect([tasks.get('300')?.name, tasks.get('700'), tasks.get('new')?.name, tasks.listed.size]).toEqual([
    'changed',
    undefined,
    'new',
    1_000,
  ]);
  expect(['0', '300', 'new'].map((taskId) => tasks.requestedAt(taskId))).toEqual([20, 20, 20]);
});
