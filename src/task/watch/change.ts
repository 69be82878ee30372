import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { Task } from '../model/task.js';
import { TaskChangeKind } from './change-kind.js';

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
