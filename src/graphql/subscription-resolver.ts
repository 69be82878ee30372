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
    description: 'The task now, then each change; completes when it is finished or gone.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TaskChangedArgs, Operation>) => context.watching.task(args.id),
  })
  taskChanged(@Root() change: TaskChangeOrError, @Args(() => TaskChangedArgs) _args: TaskChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'Every change among the tasks that match, or did. No backlog: subscribe, then read tasks, or a change is lost between the two.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TasksChangedArgs, Operation>) => context.watching.tasks(args.filter),
  })
  tasksChanged(@Root() change: TaskChangeOrError, @Args(() => TasksChangedArgs) _args: TasksChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskSource, {
    description: "Every change of a source's health.",
    subscribe: ({ context }: SubscribeResolverData<undefined, object, Operation>) => context.watching.health(),
  })
  taskSourceHealthChanged(@Root() sourceName: string, @Ctx() { tasks }: Operation): TaskSource | null {
    return tasks.source(sourceName);
  }
}
