import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { createTaskChangeStream } from '../../../src/gateway/subscriptions/task-change-stream.js';
import type { TaskChange } from '../../../src/gateway/subscriptions/task-change.js';
import { taskOf } from '../../support/generators/sample-task.js';

/** What happens to a task: it is there and matches, is there and does not, or is not there. The number tells states apart. */
type State = { readonly is: 'matching' | 'other' | 'absent'; readonly revision: number };

const kinds = {
  matching: { matching: 'UPDATED', other: 'LEFT', absent: 'GONE' },
  other: { matching: 'ENTERED', other: null, absent: null },
  absent: { matching: 'ENTERED', other: null, absent: null },
} as const;

/** What a consumer has after an event, if the event makes sense to it. */
function apply(has: Map<string, string>, { kind, task: { id, name } }: Pick<TaskChange, 'kind' | 'task'>): void {
  expect([kind, has.has(id)]).toEqual([kind, kind !== 'ENTERED']);
  if (kind === 'ENTERED' || kind === 'UPDATED') has.set(id, name);
  else has.delete(id);
}

const history = fc.array(
  fc.record({
    task: fc.integer({ min: 0, max: 2 }),
    is: fc.constantFrom('matching', 'other', 'absent'),
    reads: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 40 },
);

test('a consumer of any pace ends with what one that misses nothing has, by events that make sense, at most one a task at a time', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), async (steps, matchesAtFirst) => {
      const stream = createTaskChangeStream(
        () => true,
        () => undefined,
      );
      const states: State[] = matchesAtFirst.map((matches) => ({ is: matches ? 'matching' : 'absent', revision: -1 }));
      const begin = states.flatMap(({ is }, task): [string, string][] => (is === 'matching' ? [[`plane:${task}`, '-1']] : []));
      const [quick, slow] = [new Map(begin), new Map(begin)];
      const take = async (): Promise<string> => {
        const { value } = await stream.next();
        const change: TaskChange = value();
        apply(slow, change);
        return change.task.id;
      };
      for (const [revision, { task, is, reads }] of steps.entries()) {
        const kind = kinds[states[task]?.is ?? 'absent'][is];
        states[task] = { is, revision };
        if (kind === null) continue;
        const event = { kind, task: taskOf({ sourceTaskId: String(task), name: String(revision) }) };
        apply(quick, event);
        stream.push(event.task.id, { kind: 'change', change: kind, task: event.task });
        for (let read = 0; read < reads && stream.pendingCount > 0; read++) await take();
      }
      const last: string[] = [];
      while (stream.pendingCount > 0) last.push(await take());
      expect(last).toEqual([...new Set(last)]);
      expect([...slow].toSorted()).toEqual([...quick].toSorted());
    }),
    { numRuns: 500 },
  );
});

test('one subscription remembers the statuses that it delivered last, of a thousand to two thousand tasks', async () => {
  const stream = createTaskChangeStream(
    () => true,
    () => undefined,
  );
  const tasks = Array.from({ length: 2_100 }, (_, index) => taskOf({ id: `plane:${index}` }));
  const deliver = async (index: number): Promise<unknown> => {
    const task = tasks[index];
    if (task !== undefined) stream.push(task.id, { kind: 'change', change: 'UPDATED', task });
    return (await stream.next()).value().previousStatus;
  };
  for (const index of tasks.keys()) expect(await deliver(index)).toBeNull();
  expect(await deliver(1_100)).toBe(tasks[1_100]?.status);
  expect(await deliver(0)).toBeNull();
});
