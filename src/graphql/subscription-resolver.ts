import { Args, Ctx, Resolver, Root, type SubscribeResolverData, Subscription } from 'type-graphql';

import { Needs } from '../gateway/access/caller.js';
import type { HealthChange } from '../gateway/cache/cache-changes.js';
import type { OperationContext } from '../gateway/operation-context.js';
import { TaskChangedArguments, TasksChangedArguments } from '../gateway/query/arguments.js';
import type { TaskChangeOrError } from '../gateway/subscriptions/task-change-stream.js';
import { TaskChange } from '../gateway/subscriptions/task-change.js';
import { TaskSource } from '../model/task-source.js';

/** The fields of Subscription. */
@Resolver()
export class SubscriptionResolver {
  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'The task as it is now, then each change of it. The subscription completes when the task is finished or its control plane no longer has it; it fails when there is no such task.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TaskChangedArguments, OperationContext>) =>
      context.subscriptions.task(args.id),
  })
  taskChanged(@Root() change: TaskChangeOrError, @Args(() => TaskChangedArguments) _args: TaskChangedArguments): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'Every change of a task that matches the filter, or did before the change. Earlier changes are not repeated: subscribe first and then read tasks, so that no change is missed.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TasksChangedArguments, OperationContext>) =>
      context.subscriptions.tasks(args.filter),
  })
  tasksChanged(@Root() change: TaskChangeOrError, @Args(() => TasksChangedArguments) _args: TasksChangedArguments): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskSource, {
    description: 'A source each time its health changes, for all sources that the caller may read.',
    subscribe: ({ context }: SubscribeResolverData<undefined, object, OperationContext>) => context.subscriptions.health(),
  })
  taskSourceHealthChanged(@Root() { sourceName }: HealthChange, @Ctx() { nodes }: OperationContext): TaskSource | null {
    return nodes.source(sourceName);
  }
}
