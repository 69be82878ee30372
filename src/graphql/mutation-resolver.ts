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

const retry: ActionCommand = { action: 'RETRY', input: null };
const cancel: ActionCommand = { action: 'CANCEL', input: null };

@Resolver()
export class MutationResolver {
  @Needs('retry')
  @Mutation(() => RetryTaskPayload, { nullable: true, description: 'Asks the plane to try again.' })
  async retryTask(
    @Arg('input', () => RetryTaskInput, { description: 'Which task, and why.' }) input: RetryTaskInput,
    @Ctx() { actions }: Operation,
  ): Promise<RetryTaskPayload> {
    return retryPayload(await actions.act('retryTask', retry, input), input.clientMutationId);
  }

  @Needs('cancel')
  @Mutation(() => CancelTaskPayload, { nullable: true, description: 'Asks the plane to stop.' })
  async cancelTask(
    @Arg('input', () => CancelTaskInput, { description: 'Which task, and why.' }) input: CancelTaskInput,
    @Ctx() { actions }: Operation,
  ): Promise<CancelTaskPayload> {
    return cancelPayload(await actions.act('cancelTask', cancel, input), input.clientMutationId);
  }

  @Needs('retry')
  @Mutation(() => RetryTasksPayload, { nullable: true, description: 'The same for many.' })
  async retryTasks(
    @Arg('input', () => RetryTasksInput, { description: 'Which tasks, and why.' }) input: RetryTasksInput,
    @Ctx() { actions }: Operation,
  ): Promise<RetryTasksPayload> {
    return {
      results: (await actions.actOnMany('retryTasks', retry, input)).map((one) => retryPayload(one, null)),
      clientMutationId: input.clientMutationId ?? null,
    };
  }

  @Needs('cancel')
  @Mutation(() => CancelTasksPayload, { nullable: true, description: 'The same for many.' })
  async cancelTasks(
    @Arg('input', () => CancelTasksInput, { description: 'Which tasks, and why.' }) input: CancelTasksInput,
    @Ctx() { actions }: Operation,
  ): Promise<CancelTasksPayload> {
    return {
      results: (await actions.actOnMany('cancelTasks', cancel, input)).map((one) => cancelPayload(one, null)),
      clientMutationId: input.clientMutationId ?? null,
    };
  }

  @Needs('track')
  @Mutation(() => TrackTaskPayload, { nullable: true, description: 'Planes that cannot list (Catalog) show a task once it is tracked.' })
  trackTask(
    @Arg('input', () => TrackTaskInput, { description: 'Which task.' }) input: TrackTaskInput,
    @Ctx() { tracking }: Operation,
  ): Promise<TrackTaskPayload> {
    return tracking.track(input);
  }

  @Needs('track')
  @Mutation(() => UntrackTaskPayload, { nullable: true, description: 'Forgets it again.' })
  untrackTask(
    @Arg('input', () => UntrackTaskInput, { description: 'Which task.' }) input: UntrackTaskInput,
    @Ctx() { tracking }: Operation,
  ): Promise<UntrackTaskPayload> {
    return tracking.untrack(input);
  }
}
