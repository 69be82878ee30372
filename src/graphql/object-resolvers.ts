import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import type { OperationContext } from '../gateway/operation-context.js';
import { PageArguments, TaskPageArguments } from '../gateway/query/arguments.js';
import { TaskFailureGroup } from '../gateway/query/failure-groups.js';
import type { FailureGroupWithReads } from '../gateway/query/list-queries.js';
import { TaskConnection } from '../gateway/query/task-connections.js';
import { Cost } from '../model/field-cost.js';
import { TaskResource } from '../model/resource.js';
import { TaskSourceHealth } from '../model/source-health.js';
import { TaskSource } from '../model/task-source.js';

/** Such a list is filtered, sorted and counted as a whole, for each object that has the field, whether its tasks are selected or not. */
const tasksFieldCost = 225;

@Resolver(() => TaskSource)
export class TaskSourceResolver {
  @FieldResolver(() => TaskSourceHealth, { description: 'How well the control plane of the source answers.' })
  health(@Root() { name }: TaskSource, @Ctx() { tasks }: OperationContext): Promise<TaskSourceHealth | null> {
    return tasks.healthAfterReads(name);
  }
}

@Resolver(() => TaskResource)
export class ResourceResolver {
  @FieldResolver(() => TaskSource, { description: 'The source whose tasks name this resource.' })
  source(@Root() { sourceName }: TaskResource, @Ctx() { tasks }: OperationContext): TaskSource | null {
    return tasks.source(sourceName);
  }

  @Cost(tasksFieldCost)
  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the source that work on this resource, themselves or in their subtasks. Null, with an error, when they could not be read.',
  })
  tasks(
    @Root() resource: TaskResource,
    @Args(() => TaskPageArguments) args: TaskPageArguments,
    @Ctx() { lists }: OperationContext,
  ): Promise<TaskConnection> {
    return lists.tasksOfResource(resource, args);
  }
}

@Resolver(() => TaskFailureGroup)
export class FailureGroupResolver {
  @Cost(tasksFieldCost)
  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the group, those that ended last first. Null only together with an error, for example when the arguments are not valid.',
  })
  tasks(
    @Root() group: FailureGroupWithReads,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { lists }: OperationContext,
  ): TaskConnection {
    return lists.tasksOfGroup(group, args);
  }
}
