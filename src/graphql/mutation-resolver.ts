import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import { Needs } from '../gateway/access/caller.js';
import {
  CancelTaskInput,
  CancelTasksInput,
  RetryTaskInput,
  RetryTasksInput,
  TrackTaskInput,
  UntrackTaskInput,
} from '../gateway/actions/inputs.js';
import { maxTasksPerMutation } from '../gateway/actions/limits.js';
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
import type { ActionCommand } from '../model/action.js';

const retry: ActionCommand = { action: 'RETRY', input: null };
const cancel: ActionCommand = { action: 'CANCEL', input: null };

/** The fields of Mutation. A source module may add more (SourceModule.resolvers). */
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
