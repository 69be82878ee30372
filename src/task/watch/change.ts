import { Field, ObjectType } from 'type-graphql';

import { TaskStatus } from '../model/status.js';
import { Task } from '../model/task.js';
import { TaskChangeKind } from './change-kind.js';

@ObjectType({ description: 'A change of a task. Warnings of this gateway alone are no change.' })
export class TaskChange {
  @Field(() => TaskChangeKind, { description: 'What happened.' })
  kind!: TaskChangeKind;

  @Field(() => Task, { description: 'As it is now, or was last known.' })
  task!: Task;

  @Field(() => TaskStatus, { description: 'At the last event on this subscription.', nullable: true })
  previousStatus!: TaskStatus | null;
}
