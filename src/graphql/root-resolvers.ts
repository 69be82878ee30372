import { Arg, Args, Ctx, Mutation, Query, Resolver, Root, type SubscribeResolverData, Subscription } from 'type-graphql';

import { Needs } from '../gateway/access/caller.js';
import {
  CancelTaskInput,
  CancelTasksInput,
  RetryTaskInput,
  RetryTasksInput,
  TrackTaskInput,
  UntrackTaskInput,
} from '../gateway/actions/inputs.js';
import {
  buildCancelPayload,
  buildRetryPayload,
  CancelTaskPayload,
  CancelTasksPayload,
  RetryTaskPayload,
  RetryTasksPayload,
  TrackTaskPayload,
  UntrackTaskPayload,
} from '../gateway/actions/payloads.js';
import type { OperationContext } from '../gateway/operation-context.js';
import { maxTasksPerMutation } from '../gateway/query/operation-limits.js';
import { maxPageSize, TaskConnection, TaskFailureGroupConnection } from '../gateway/query/task-connections.js';
import type { TaskChangeOrError } from '../gateway/subscriptions/task-change-stream.js';
import { TaskChange } from '../gateway/subscriptions/task-change.js';
import type { ActionCommand } from '../model/action.js';
import { ChargedList, InlineList } from '../model/field-cost.js';
import { Node } from '../model/global-id.js';
import { TaskSource } from '../model/task-source.js';
import { Task } from '../model/task.js';
import {
  NodeArgs,
  NodesArgs,
  TaskArgs,
  TaskBySourceTaskIdArgs,
  TaskChangedArgs,
  TaskFailureGroupsArgs,
  TasksArgs,
  TasksChangedArgs,
  TaskSourceArgs,
} from './arguments.js';

@Resolver()
export class QueryResolver {
  @Needs('read')
  @Query(() => Node, {
    nullable: true,
    description: 'The task, source or resource with this id. Null when there is none, or the caller may not read it.',
  })
  node(@Args(() => NodeArgs) { id }: NodeArgs, @Ctx() { tasks }: OperationContext): Promise<Node | null> {
    return tasks.node(id);
  }

  @Needs('read')
  @ChargedList({ argument: 'ids' })
  @Query(() => [Node], {
    nullable: 'items',
    description: `The tasks, sources and resources with these ids, at most ${maxPageSize}, in the order of the ids. An entry is null when there is none with that id, or the caller may not read it.`,
  })
  nodes(@Args(() => NodesArgs) { ids }: NodesArgs, @Ctx() { tasks }: OperationContext): readonly Promise<Node | null>[] {
    return tasks.nodes(ids);
  }

  @Needs('read')
  @Query(() => Task, { nullable: true, description: 'The task with this id. Null when there is none, or the caller may not read it.' })
  task(@Args(() => TaskArgs) { id, maxAgeMs }: TaskArgs, @Ctx() { tasks }: OperationContext): Promise<Task | null> {
    return tasks.task(id, maxAgeMs);
  }

  @Needs('read')
  @Query(() => Task, {
    nullable: true,
    description:
      'The task that the control plane of a source knows under this id. It is read once and not tracked; use trackTask for that. Null when there is none, or the caller may not read it.',
  })
  taskBySourceTaskId(
    @Args(() => TaskBySourceTaskIdArgs) args: TaskBySourceTaskIdArgs,
    @Ctx() { tasks }: OperationContext,
  ): Promise<Task | null> {
    return tasks.bySourceTaskId(args.sourceName, args.sourceTaskId);
  }

  @Needs('read')
  @Query(() => TaskConnection, {
    nullable: true,
    description: 'A page of the tasks of all sources that the caller may read, merged into one list.',
  })
  tasks(@Args(() => TasksArgs) args: TasksArgs, @Ctx() { lists }: OperationContext): Promise<TaskConnection> {
    return lists.page(args);
  }

  @Needs('read')
  @Query(() => TaskFailureGroupConnection, {
    nullable: true,
    description: 'Tasks that failed or timed out, grouped by their cause; the groups with the most tasks come first.',
  })
  taskFailureGroups(
    @Args(() => TaskFailureGroupsArgs) args: TaskFailureGroupsArgs,
    @Ctx() { lists }: OperationContext,
  ): Promise<TaskFailureGroupConnection> {
    return lists.failureGroups(args);
  }

  @Needs('read')
  @Query(() => TaskSource, {
    nullable: true,
    description: 'The source with this name. Null when there is none, or the caller may not read it.',
  })
  taskSource(@Args(() => TaskSourceArgs) { name }: TaskSourceArgs, @Ctx() { tasks }: OperationContext): TaskSource | null {
    return tasks.source(name);
  }

  @Needs('read')
  @InlineList()
  @Query(() => [TaskSource], { nullable: true, description: 'All sources that the caller may read, in the order of the configuration.' })
  taskSources(@Ctx() { tasks }: OperationContext): readonly TaskSource[] {
    return tasks.sources();
  }
}

const retry: ActionCommand = { action: 'RETRY', input: null };
const cancel: ActionCommand = { action: 'CANCEL', input: null };

@Resolver()
export class MutationResolver {
  @Needs('retry')
  @Mutation(() => RetryTaskPayload, {
    nullable: true,
    description:
      'Requests the control plane to run a failed task again. Nothing is sent when there is a blocker, and a request whose outcome is unknown is never repeated.',
  })
  async retryTask(
    @Arg('input', () => RetryTaskInput, { description: 'The task to retry, with an optional reason and idempotency key.' })
    input: RetryTaskInput,
    @Ctx() { actions }: OperationContext,
  ): Promise<RetryTaskPayload> {
    return buildRetryPayload(await actions.act('retryTask', retry, input), input.clientMutationId);
  }

  @Needs('cancel')
  @Mutation(() => CancelTaskPayload, {
    nullable: true,
    description:
      'Requests the control plane to cancel a task. Nothing is sent when there is a blocker, and a request whose outcome is unknown is never repeated.',
  })
  async cancelTask(
    @Arg('input', () => CancelTaskInput, { description: 'The task to cancel, with an optional reason and idempotency key.' })
    input: CancelTaskInput,
    @Ctx() { actions }: OperationContext,
  ): Promise<CancelTaskPayload> {
    return buildCancelPayload(await actions.act('cancelTask', cancel, input), input.clientMutationId);
  }

  @Needs('retry')
  @Mutation(() => RetryTasksPayload, {
    nullable: true,
    description: `Requests a retry of up to ${maxTasksPerMutation} tasks, each with a result of its own, as retryTask does for one.`,
  })
  async retryTasks(
    @Arg('input', () => RetryTasksInput, { description: 'The tasks to retry, with an optional reason and idempotency key.' })
    input: RetryTasksInput,
    @Ctx() { actions }: OperationContext,
  ): Promise<RetryTasksPayload> {
    return {
      results: (await actions.actOnMany('retryTasks', retry, input)).map((one) => buildRetryPayload(one, null)),
      clientMutationId: input.clientMutationId ?? null,
    };
  }

  @Needs('cancel')
  @Mutation(() => CancelTasksPayload, {
    nullable: true,
    description: `Requests to cancel up to ${maxTasksPerMutation} tasks, each with a result of its own, as cancelTask does for one.`,
  })
  async cancelTasks(
    @Arg('input', () => CancelTasksInput, { description: 'The tasks to cancel, with an optional reason and idempotency key.' })
    input: CancelTasksInput,
    @Ctx() { actions }: OperationContext,
  ): Promise<CancelTasksPayload> {
    return {
      results: (await actions.actOnMany('cancelTasks', cancel, input)).map((one) => buildCancelPayload(one, null)),
      clientMutationId: input.clientMutationId ?? null,
    };
  }

  @Needs('track')
  @Mutation(() => TrackTaskPayload, {
    nullable: true,
    description:
      'Starts to track a task of a control plane that cannot list its tasks, such as the catalog, so that the task appears in lists and subscriptions. The task is read first.',
  })
  trackTask(
    @Arg('input', () => TrackTaskInput, { description: 'The source and the id of the task to track.' }) input: TrackTaskInput,
    @Ctx() { tracking }: OperationContext,
  ): Promise<TrackTaskPayload> {
    return tracking.track(input);
  }

  @Needs('track')
  @Mutation(() => UntrackTaskPayload, {
    nullable: true,
    description:
      'Stops tracking a task of a control plane that cannot list its tasks, so that it no longer appears in lists and subscriptions.',
  })
  untrackTask(
    @Arg('input', () => UntrackTaskInput, { description: 'The task that is no longer to be tracked.' }) input: UntrackTaskInput,
    @Ctx() { tracking }: OperationContext,
  ): Promise<UntrackTaskPayload> {
    return tracking.untrack(input);
  }
}

@Resolver()
export class SubscriptionResolver {
  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'The task as it is now, then each change of it. The subscription completes when the task is finished or its control plane no longer has it; it fails when there is no such task.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TaskChangedArgs, OperationContext>) =>
      context.subscriptions.task(args.id),
  })
  taskChanged(@Root() change: TaskChangeOrError, @Args(() => TaskChangedArgs) _args: TaskChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskChange, {
    description:
      'Every change of a task that matches the filter, or did before the change. Earlier changes are not repeated: subscribe first and then read tasks, so that no change is missed.',
    subscribe: ({ args, context }: SubscribeResolverData<undefined, TasksChangedArgs, OperationContext>) =>
      context.subscriptions.tasks(args.filter),
  })
  tasksChanged(@Root() change: TaskChangeOrError, @Args(() => TasksChangedArgs) _args: TasksChangedArgs): TaskChange {
    return change();
  }

  @Needs('read')
  @Subscription(() => TaskSource, {
    description: 'A source each time its health changes, for all sources that the caller may read.',
    subscribe: ({ context }: SubscribeResolverData<undefined, object, OperationContext>) => context.subscriptions.health(),
  })
  taskSourceHealthChanged(@Root() sourceName: string, @Ctx() { tasks }: OperationContext): TaskSource | null {
    return tasks.source(sourceName);
  }
}
