import { Field, ID, InputType } from 'type-graphql';

import { idempotencyRetention } from '../../store/idempotency-store.js';
import { maxTasksPerMutation } from '../query/operation-limits.js';

/** In UTF-16 code units, as GraphQL strings are counted here. */
export const maxReasonLength = 2_000;
export const maxKeyLength = 255;

const idempotencyKey = `A key of 1 to ${maxKeyLength} characters that the caller chooses. A request that repeats the key for the same mutation, task and input within ${idempotencyRetention} is not sent again and returns the recorded result; with another input it is rejected. With null, every request is sent.`;

/** Schema descriptions that the inputs and payloads of all mutations share. */
export const actionDescriptions = {
  idempotencyKey,
  idempotencyKeyOfEach: `${idempotencyKey} It applies to each task by itself.`,
  reason: `Why the action is requested, in at most ${maxReasonLength} characters. It is kept in the audit log and shown in Task.actions.`,
  clientMutationIdInput: 'Any text that identifies the request for the client; it is returned unchanged, as Relay clients expect it.',
  clientMutationIdPayload:
    'The clientMutationId of the input, unchanged. Null when the input had none, and in the single results of a mutation on several tasks.',
} as const;

@InputType({ description: 'Input of the mutation retryTask.' })
export class RetryTaskInput {
  @Field(() => ID, { description: 'Id of the task that is to be retried.' })
  id!: string;

  @Field(() => String, {
    description: actionDescriptions.idempotencyKey,
    nullable: true,
  })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

@InputType({ description: 'Input of the mutation retryTasks.' })
export class RetryTasksInput {
  @Field(() => [ID], {
    description: `Ids of the tasks that are to be retried, at most ${maxTasksPerMutation}. A repeated id is acted on once.`,
  })
  ids!: readonly string[];

  @Field(() => String, { description: actionDescriptions.idempotencyKeyOfEach, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

@InputType({ description: 'Input of the mutation cancelTask.' })
export class CancelTaskInput {
  @Field(() => ID, { description: 'Id of the task that is to be cancelled.' })
  id!: string;

  @Field(() => String, { description: actionDescriptions.idempotencyKey, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

@InputType({ description: 'Input of the mutation cancelTasks.' })
export class CancelTasksInput {
  @Field(() => [ID], {
    description: `Ids of the tasks that are to be cancelled, at most ${maxTasksPerMutation}. A repeated id is acted on once.`,
  })
  ids!: readonly string[];

  @Field(() => String, { description: actionDescriptions.idempotencyKeyOfEach, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

@InputType({ description: 'Input of the mutation trackTask.' })
export class TrackTaskInput {
  @Field(() => String, { description: 'Name of the source whose control plane has the task, as configured.' })
  sourceName!: string;

  @Field(() => String, { description: 'Id of the task on its control plane.' })
  sourceTaskId!: string;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

@InputType({ description: 'Input of the mutation untrackTask.' })
export class UntrackTaskInput {
  @Field(() => ID, { description: 'Id of the task that is no longer to be tracked.' })
  id!: string;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}

/** What every mutation that acts on one task takes. */
export interface ActionInput {
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

/** What every mutation that acts on many takes. */
export interface BulkActionInput extends Omit<ActionInput, 'id'> {
  readonly ids: readonly string[];
}
