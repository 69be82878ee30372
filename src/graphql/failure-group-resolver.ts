import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskConnection } from '../task/read/page/connection.js';
import { TaskFailureGroup } from '../task/read/failure-groups/failure-group.js';
import type { AnsweredFailureGroup } from '../task/read/task-lists.js';
import { PageArgs } from './page-args.js';

@Resolver(() => TaskFailureGroup)
export class FailureGroupResolver {
  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the group, those that ended last first. Null only together with an error, for example when the arguments are not valid.',
  })
  tasks(@Root() group: AnsweredFailureGroup, @Args(() => PageArgs) args: PageArgs, @Ctx() { lists }: Operation): TaskConnection {
    return lists.tasksOfGroup(group, args);
  }
}
