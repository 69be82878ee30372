import { Field, ObjectType } from 'type-graphql';

import { Task } from '../../model/task.js';
import { pageDescriptions } from './page-descriptions.js';

@ObjectType({ description: 'A task in a page, and its cursor.' })
export class TaskEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => Task, { description: pageDescriptions.node })
  node!: Task;
}
