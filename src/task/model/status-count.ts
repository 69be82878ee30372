import { Field, Int, ObjectType } from 'type-graphql';

import { TaskStatus } from './status.js';

@ObjectType({ description: 'How many have a status.' })
export class TaskStatusCount {
  @Field(() => TaskStatus, { description: 'The status.' })
  status!: TaskStatus;

  @Field(() => Int, { description: 'Above 0.' })
  count!: number;
}
