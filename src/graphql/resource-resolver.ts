import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskResource } from '../task/model/resource.js';
import { TaskConnection } from '../task/read/page/connection.js';
import { TaskSource } from '../task/source/task-source.js';
import { TaskPageArgs } from './task-page-args.js';

@Resolver(() => TaskResource)
export class ResourceResolver {
  @FieldResolver(() => TaskSource, { description: 'The source whose tasks name this resource.' })
  source(@Root() { sourceName }: TaskResource, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(sourceName);
  }

  @FieldResolver(() => TaskConnection, {
    nullable: true,
    description:
      'The tasks of the source that work on this resource, themselves or in their subtasks. Null, with an error, when they could not be read.',
  })
  tasks(
    @Root() resource: TaskResource,
    @Args(() => TaskPageArgs) args: TaskPageArgs,
    @Ctx() { lists }: Operation,
  ): Promise<TaskConnection> {
    return lists.tasksOfResource(resource, args);
  }
}
