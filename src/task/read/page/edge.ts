import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../model/task.js';

@ObjectType({ description: 'A task and its cursor.' })
export class TaskEdge {
  @Field(() => String, { description: 'For after and before.' })
  cursor!: string;

  @Field(() => Task, { description: 'The task.' })
  node!: Task;
}
