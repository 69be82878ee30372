import { Args, Ctx, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';

import { Needs } from '../task/access/needs.js';
import type { Operation } from '../task/gateway.js';
import { TaskSource } from '../task/source/task-source.js';
import { TaskChange } from '../task/watch/change.js';
import type { TaskChangeOrError } from '../task/watch/task-change-stream.js';
import { TaskChangedArgs, TasksChangedArgs } from './subscription-args.js';

@Resolver()
export class SubscriptionResolver {
  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'The task as it is now, then each change of it. The subscription completes when the task is finished or its control plane no longer has it; it fails when there is no such task.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TaskChangedArgs, Operation>) => context.watching.task(args.id),
  })
  taskChanged(@Root() change: TaskChangeOrError, @Args(() => TaskChangedArgs) _args: TaskChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'Every change of a task that matches the filter, or did before the change. Earlier changes are not repeated: subscribe first and then read tasks, so that no change is missed.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TasksChangedArgs, Operation>) => context.watching.tasks(args.filter),
  })
  tasksChanged(@Root() change: TaskChangeOrError, @Args(() => TasksChangedArgs) _args: TasksChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskSource, {
    description: 'A source each time its health changes, for all sources that the caller may read.',
    subscribe: ({ context }: SubscribeResolverData<undefined, object, Operation>) => context.watching.health(),
  })
  taskSourceHealthChanged(@Root() sourceName: string, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(sourceName);
  }
}
