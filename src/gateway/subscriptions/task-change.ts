import { Field, ObjectType, registerEnumType } from 'type-graphql';

import { TaskStatus } from '../../model/task-status.js';
import { Task } from '../../model/task.js';

export const TaskChangeKind = {
  CURRENT: 'CURRENT',
  ENTERED: 'ENTERED',
  UPDATED: 'UPDATED',
  LEFT: 'LEFT',
  GONE: 'GONE',
} as const;
export type TaskChangeKind = keyof typeof TaskChangeKind;

registerEnumType(TaskChangeKind, {
  name: 'TaskChangeKind',
  description: 'What happened to a task that is watched. Values may be added; treat one that you do not know as UPDATED.',
  valuesConfig: {
    CURRENT: { description: 'The state of the task when the subscription began: the first event of taskChanged.' },
    ENTERED: { description: 'The task matches the filter and did not before, because it is new or has changed.' },
    UPDATED: { description: 'The task changed, and it matches the filter as it did before.' },
    LEFT: { description: 'The task changed and no longer matches the filter.' },
    GONE: { description: 'The control plane no longer has the task.' },
  },
});

@ObjectType({
  description:
    'A change of a task, as a subscription delivers it. A change only of warnings that this gateway adds itself is not delivered.',
})
export class TaskChange {
  @Field(() => TaskChangeKind, { description: 'What happened to the task.' })
  kind!: TaskChangeKind;

  @Field(() => Task, { description: 'The task after the change; with GONE, its last known state.' })
  task!: Task;

  @Field(() => TaskStatus, {
    description:
      'Status of the task in the previous event that this subscription delivered about it. Null in the first one, and when the gateway no longer remembers it.',
    nullable: true,
  })
  previousStatus!: TaskStatus | null;
}

/**
 * Rows: the pending change. Columns: the next change. Pairs that cannot follow each other are there for completeness.
 */
const mergedKinds: Readonly<Record<TaskChangeKind, Readonly<Record<TaskChangeKind, TaskChangeKind | null>>>> = {
  // The consumer does not know the task yet: the first event it gets is the current state.
  CURRENT: { CURRENT: 'CURRENT', ENTERED: 'CURRENT', UPDATED: 'CURRENT', LEFT: 'LEFT', GONE: 'GONE' },
  // It does not know the task, so nothing is delivered when the task entered and left again.
  ENTERED: { CURRENT: 'ENTERED', ENTERED: 'ENTERED', UPDATED: 'ENTERED', LEFT: null, GONE: null },
  UPDATED: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
  // It still shows the task.
  LEFT: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'LEFT', LEFT: 'LEFT', GONE: 'GONE' },
  GONE: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
};

/** Merges a pending change and the next one of the same task; null: they cancel each other out. */
export function mergeChangeKinds(pending: TaskChangeKind, next: TaskChangeKind): TaskChangeKind | null {
  return mergedKinds[pending][next];
}
