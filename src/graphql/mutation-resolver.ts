import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import type { ActionCommand } from '../task/act/action-command.js';
import { Needs } from '../task/access/needs.js';
import { CancelTaskInput } from '../task/act/cancel-task-input.js';
import { CancelTaskPayload } from '../task/act/cancel-task-payload.js';
import { CancelTasksInput } from '../task/act/cancel-tasks-input.js';
import { CancelTasksPayload } from '../task/act/cancel-tasks-payload.js';
import { cancelPayload, retryPayload } from '../task/act/payload-of.js';
import { RetryTaskInput } from '../task/act/retry-task-input.js';
import { RetryTaskPayload } from '../task/act/retry-task-payload.js';
import { RetryTasksInput } from '../task/act/retry-tasks-input.js';
import { RetryTasksPayload } from '../task/act/retry-tasks-payload.js';
import { TrackTaskInput } from '../task/act/track-task-input.js';
import { TrackTaskPayload } from '../task/act/track-task-payload.js';
import { UntrackTaskInput } from '../task/act/untrack-task-input.js';
import { UntrackTaskPayload } from '../task/act/untrack-task-payload.js';
import type { Operation } from '../task/gateway.js';
import { mostActedOn } from '../task/read/operation-weights.js';

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
    @Ctx() { actions }: Operation,
  ): Promise<RetryTaskPayload> {
    return retryPayload(await actions.act('retryTask', retry, input), input.clientMutationId);
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
    @Ctx() { actions }: Operation,
  ): Promise<CancelTaskPayload> {
    return cancelPayload(await actions.act('cancelTask', cancel, input), input.clientMutationId);
  }

  @Needs('retry')
  @Mutation(() => RetryTasksPayload, {
    nullable: true,
    description: `Requests a retry of up to ${mostActedOn} tasks, each with a result of its own, as retryTask does for one.`,
  })
  async retryTasks(
    @Arg('input', () => RetryTasksInput, { description: 'The tasks to retry, with an optional reason and idempotency key.' })
    input: RetryTasksInput,
    @Ctx() { actions }: Operation,
  ): Promise<RetryTasksPayload> {
    return {
      results: (await actions.actOnMany('retryTasks', retry, input)).map((one) => retryPayload(one, null)),
      clientMutationId: input.clientMutationId ?? null,
    };
  }

  @Needs('cancel')
  @Mutation(() => CancelTasksPayload, {
    nullable: true,
    description: `Requests to cancel up to ${mostActedOn} tasks, each with a result of its own, as cancelTask does for one.`,
  })
  async cancelTasks(
    @Arg('input', () => CancelTasksInput, { description: 'The tasks to cancel, with an optional reason and idempotency key.' })
    input: CancelTasksInput,
    @Ctx() { actions }: Operation,
  ): Promise<CancelTasksPayload> {
    return {
      results: (await actions.actOnMany('cancelTasks', cancel, input)).map((one) => cancelPayload(one, null)),
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
    @Ctx() { tracking }: Operation,
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
    @Ctx() { tracking }: Operation,
  ): Promise<UntrackTaskPayload> {
    return tracking.untrack(input);
  }
}
