import { Field, ObjectType } from 'type-graphql';

import { TaskSubtask } from '../../model/subtask.js';
import { pageDescriptions } from './page-descriptions.js';

@ObjectType({ description: 'A subtask in a page, and its cursor.' })
export class TaskSubtaskEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => TaskSubtask, { description: pageDescriptions.node })
  node!: TaskSubtask;
}
