import fc from 'fast-check';

import { TaskStatus } from '../../../src/model/task-status.js';
import type { Task } from '../../../src/model/task.js';
import { TaskOrderDirection, TaskOrderField, type TaskOrder } from '../../../src/model/task-order.js';
import { failureOf, resourceOf, taskOf } from './sample-task.js';
import { unicode } from './unicode.js';

/** Any text, lone surrogates and characters outside the Basic Multilingual Plane included. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'b', 'Z', 'é', '\uE000', '\uFFFD', '\u{1F600}', '\u{10FFFF}', '\uD83D', '\uDE00', '"', '\n', '0'),
      unicode({ maxLength: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Longer than a cursor can hold, and alike for longer than that. */
export const longText = fc
  .tuple(fc.constantFrom('x', '\u{1F600}', '\uD83D', '\u0000'), anyText)
  .map(([unit, end]) => unit.repeat(450) + end);

const instant = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null });

export const anyOrder: fc.Arbitrary<TaskOrder> = fc.record({
  field: fc.constantFrom(...Object.values(TaskOrderField)),
  direction: fc.constantFrom(...Object.values(TaskOrderDirection)),
});

/** Few values of each field, so that ties and matches are common. */
export function anyTask(name: fc.Arbitrary<string> = anyText): fc.Arbitrary<Task> {
  return fc
    .record({
      sourceName: fc.constantFrom('a', 'b', 'c'),
      sourceTaskId: fc.oneof(
        fc.nat({ max: 500 }).map(String),
        anyText,
        fc.nat({ max: 9 }).map((n) => 'i'.repeat(300) + n),
      ),
      name,
      status: fc.constantFrom(...Object.values(TaskStatus)),
      operation: fc.constantFrom(null, 'create', 'delete'),
      createdAt: instant,
      finishedAt: instant,
      changedAt: fc.integer({ min: 0, max: 4 }),
      parentTaskId: fc.constantFrom(null, '1', '2'),
      resources: fc.constantFrom(
        [],
        [resourceOf({ type: 'HOST', name: 'esx01' })],
        [resourceOf({ sourceResourceId: 'r-2', type: 'Volume' })],
      ),
      rootCause: fc.constantFrom(
        null,
        failureOf({ code: 'E1' }),
        failureOf({ message: 'Disk 3 is full.' }),
        failureOf({ message: 'Disk 4 is full.' }),
      ),
      warnings: fc.constantFrom(
        [],
        [{ __typename: 'StaleDataWarning', code: null, message: '' }],
        [{ __typename: 'VcfWarning', code: null, message: '' }],
      ),
    })
    .map(taskOf);
}

/** Lists without a repeated id. */
export function anyTasks(name?: fc.Arbitrary<string>): fc.Arbitrary<Task[]> {
  return fc.uniqueArray(anyTask(name), { selector: (task) => task.id, maxLength: 40 });
}
