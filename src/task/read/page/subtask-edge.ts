import { Field, ObjectType } from 'type-graphql';

import { TaskSubtask } from '../../model/subtask.js';

@ObjectType({ description: 'A subtask and its cursor.' })
export class TaskSubtaskEdge {
  @Field(() => String, { description: 'For after and before.' })
  cursor!: string;

  @Field(() => TaskSubtask, { description: 'The subtask.' })
  node!: TaskSubtask;
}
