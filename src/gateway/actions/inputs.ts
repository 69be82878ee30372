import { Field, ID, InputType } from 'type-graphql';

import { BadUserInputError } from '../../model/errors.js';
import { idempotencyRetentionText } from '../../store/idempotency-store.js';
import { maxIdempotencyKeyLength, maxReasonLength, maxTasksPerMutation } from './limits.js';

const idempotencyKey = `A key of 1 to ${maxIdempotencyKeyLength} characters that the caller chooses. A request that repeats the key for the same mutation, task and input within ${idempotencyRetentionText} is not sent again and returns the recorded result; with another input it is rejected. With null, every request is sent.`;

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

/** The fields that the inputs of all actions on one task share. */
export interface ActionInput {
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

/** The fields that the inputs of all actions on several tasks share. */
export interface BulkActionInput extends Omit<ActionInput, 'id'> {
  readonly ids: readonly string[];
}

/** Control characters and bidirectional overrides could forge or hide entries of the audit trail in a terminal. */
const forbiddenInReason = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

/** What is invalid in the input of an action; null when nothing is. */
export function findInputError({ ids, reason, idempotencyKey }: BulkActionInput): BadUserInputError | null {
  if (ids.length > maxTasksPerMutation)
    return new BadUserInputError(`ids has at most ${maxTasksPerMutation} entries; there were ${ids.length}.`);
  if ((reason?.length ?? 0) > maxReasonLength) return new BadUserInputError(`reason has at most ${maxReasonLength} characters.`);
  if (forbiddenInReason.test(reason ?? '')) return new BadUserInputError('reason has no control characters but tabs and line breaks.');
  if (idempotencyKey === '' || (idempotencyKey?.length ?? 0) > maxIdempotencyKeyLength)
    return new BadUserInputError(`idempotencyKey has 1 to ${maxIdempotencyKeyLength} characters.`);
  return null;
}
