import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';

import { TaskActionError, TrackTaskError } from '../../model/action-errors.js';
import { TaskActionOutcome } from '../../model/action.js';
import { InlineList } from '../../model/field-metadata.js';
import { Task } from '../../model/task.js';
import { actionDescriptions } from './inputs.js';

@InterfaceType({ description: 'The fields that the results of all actions on one task share.' })
abstract class TaskActionPayload {
  @Field(() => ID, { description: 'Id of the task, as the input gave it.' })
  taskId!: string;

  @Field(() => TaskActionOutcome, { description: 'What became of the action.' })
  outcome!: TaskActionOutcome;

  @Field(() => Task, {
    description:
      'The task as it was read after the action, or before it when nothing was sent. Null when there is no such task, the caller may not read it, or it could not be read.',
    nullable: true,
  })
  task!: Task | null;

  @InlineList()
  @Field(() => [TaskActionError], {
    description: 'Why the action was rejected, or why its outcome is unknown; empty when it was accepted.',
  })
  errors!: readonly TaskActionError[];

  @Field(() => ID, {
    description:
      'Id of the entry in the audit log about this action. Null when the action has no entry of its own, for example because the store could not be written.',
    nullable: true,
  })
  auditId!: string | null;

  @Field(() => Boolean, {
    description: 'Whether this is the recorded result of an earlier request with the same idempotency key, so that nothing was sent now.',
  })
  isRepeat!: boolean;
}

@ObjectType({ description: 'Result of a request to retry one task.', implements: TaskActionPayload })
export class RetryTaskPayload extends TaskActionPayload {
  readonly __typename!: 'RetryTaskPayload';

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

@ObjectType({ description: 'Result of the mutation retryTasks.' })
export class RetryTasksPayload {
  @InlineList()
  @Field(() => [RetryTaskPayload], {
    description: 'One result for each entry of ids in the input, in the same order; a repeated id repeats its result.',
  })
  results!: readonly RetryTaskPayload[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

@ObjectType({ description: 'Result of a request to cancel one task.', implements: TaskActionPayload })
export class CancelTaskPayload extends TaskActionPayload {
  readonly __typename!: 'CancelTaskPayload';

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

@ObjectType({ description: 'Result of the mutation cancelTasks.' })
export class CancelTasksPayload {
  @InlineList()
  @Field(() => [CancelTaskPayload], {
    description: 'One result for each entry of ids in the input, in the same order; a repeated id repeats its result.',
  })
  results!: readonly CancelTaskPayload[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

@ObjectType({ description: 'Result of the mutation trackTask.' })
export class TrackTaskPayload {
  @Field(() => Task, { description: 'The task that is tracked from now on. Null when it could not be tracked.', nullable: true })
  task!: Task | null;

  @InlineList()
  @Field(() => [TrackTaskError], { description: 'Why the task could not be tracked; empty when it was.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

@ObjectType({ description: 'Result of the mutation untrackTask.' })
export class UntrackTaskPayload {
  @Field(() => ID, { description: 'Id of the task that is no longer tracked. Null when nothing was changed.', nullable: true })
  untrackedTaskId!: string | null;

  @InlineList()
  @Field(() => [TrackTaskError], { description: 'Why nothing was changed; empty when the task is no longer tracked.' })
  errors!: readonly TrackTaskError[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}

/** The fields of a payload, whatever its type. */
export type ActionPayloadFields = Omit<TaskActionPayload, '__typename'>;

/** What `retryTask` answers; the mutation id is returned unchanged. */
export function buildRetryPayload(fields: ActionPayloadFields, clientMutationId: string | null | undefined): RetryTaskPayload {
  return { __typename: 'RetryTaskPayload', ...fields, clientMutationId: clientMutationId ?? null };
}

/** What `cancelTask` answers; the mutation id is returned unchanged. */
export function buildCancelPayload(fields: ActionPayloadFields, clientMutationId: string | null | undefined): CancelTaskPayload {
  return { __typename: 'CancelTaskPayload', ...fields, clientMutationId: clientMutationId ?? null };
}
