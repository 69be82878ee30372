import { Field, ObjectType } from 'type-graphql';

import { TaskFailureGroup } from './failure-group.js';

@ObjectType({ description: 'A group and its cursor.' })
export class TaskFailureGroupEdge {
  @Field(() => String, { description: 'For after and before.' })
  cursor!: string;

  @Field(() => TaskFailureGroup, { description: 'The group.' })
  node!: TaskFailureGroup;
}
