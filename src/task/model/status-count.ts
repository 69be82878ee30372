import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatus } from './status.js';

@ObjectType({ description: 'How many tasks or subtasks of a list have one status.' })
export class TaskStatusCount {
  @Field(() => TaskStatus, { description: 'The status that was counted.' })
  status!: TaskStatus;

  @Field(() => Int, { description: 'Number of tasks or subtasks with this status, always 1 or more.' })
  count!: number;
}
