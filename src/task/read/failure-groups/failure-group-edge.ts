import { Field, ObjectType } from 'type-graphql';

import { pageDescriptions } from '../page/page-descriptions.js';
import { TaskFailureGroup } from './failure-group.js';

@ObjectType({ description: 'A failure group in a page, and its cursor.' })
export class TaskFailureGroupEdge {
  @Field(() => String, { description: pageDescriptions.cursor })
  cursor!: string;

  @Field(() => TaskFailureGroup, { description: pageDescriptions.node })
  node!: TaskFailureGroup;
}
