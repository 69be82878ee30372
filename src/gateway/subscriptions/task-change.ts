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

/** Rows: what waits. Columns: what happened since. Pairs that cannot follow each other are there so that nothing can go wrong. */
const mergedKinds: Readonly<Record<TaskChangeKind, Readonly<Record<TaskChangeKind, TaskChangeKind | null>>>> = {
  // The consumer has yet to learn of the task: what it learns first is how the task is now.
  CURRENT: { CURRENT: 'CURRENT', ENTERED: 'CURRENT', UPDATED: 'CURRENT', LEFT: 'LEFT', GONE: 'GONE' },
  // It does not have the task, so it need not hear that the task came and went.
  ENTERED: { CURRENT: 'ENTERED', ENTERED: 'ENTERED', UPDATED: 'ENTERED', LEFT: null, GONE: null },
  UPDATED: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
  // It still has the task.
  LEFT: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'LEFT', LEFT: 'LEFT', GONE: 'GONE' },
  GONE: { CURRENT: 'UPDATED', ENTERED: 'UPDATED', UPDATED: 'UPDATED', LEFT: 'LEFT', GONE: 'GONE' },
};

/** What a change that waits and a later one of the same task are together; null: nothing, as the consumer sees it. */
export function mergeChangeKinds(pending: TaskChangeKind, next: TaskChangeKind): TaskChangeKind | null {
  return mergedKinds[pending][next];
}
