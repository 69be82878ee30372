import { Field, ObjectType } from 'type-graphql';

import { actionDescriptions } from './action-descriptions.js';
import { RetryTaskPayload } from './retry-task-payload.js';

@ObjectType({ description: 'Result of the mutation retryTasks.' })
export class RetryTasksPayload {
  @Field(() => [RetryTaskPayload], {
    description: 'One result for each entry of ids in the input, in the same order; a repeated id repeats its result.',
  })
  results!: readonly RetryTaskPayload[];

  @Field(() => String, { description: actionDescriptions.clientMutationIdPayload, nullable: true })
  clientMutationId!: string | null;
}
